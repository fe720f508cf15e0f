import CLitePlatform

/// A clock that never steps back.
enum Clock {
  /// Nanoseconds since some moment.
  static var now: UInt64 { lite_clock_nanoseconds() }
}
