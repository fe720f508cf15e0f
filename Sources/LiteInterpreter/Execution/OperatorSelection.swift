import LiteFormat

/// What this build was made for. `scripts/select-operators` puts other values here in the copy of the sources that it makes.
enum OperatorSelection {
  /// The files whose operators are there, separated by commas; empty when all are.
  static var models: StaticString { "" }

  /// Whether an operator that is there is defined for complex numbers.
  static var hasComplexForms: Bool { true }

  /// What to add to the error for something that is not there: nothing, or that it was left out.
  static var note: Message {
    models.utf8CodeUnitCount == 0 ? Message() : "; this build has only what these need: \(models)"
  }
}
