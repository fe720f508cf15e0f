/// The VM's stack. Heights are checked by its user.
struct ValueStack: ~Copyable {
  private var base: UnsafeMutablePointer<Value>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 64
    base = .allocate(capacity: capacity)
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  subscript(index: Int) -> Value {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }

  mutating func push(_ value: Value) {
    if count == capacity { grow() }
    (base + count).initialize(to: value)
    count += 1
  }

  mutating func pop() -> Value {
    count -= 1
    return (base + count).move()
  }

  /// The last `number` values, in the order they were pushed.
  mutating func pop(_ number: Int) -> [Value] {
    let result = [Value](UnsafeBufferPointer(start: base + count - number, count: number))
    truncate(to: count - number)
    return result
  }

  /// The last `number` values, in place. Valid until the next push.
  func top(_ number: Int) -> UnsafeMutableBufferPointer<Value> {
    UnsafeMutableBufferPointer(start: base + count - number, count: number)
  }

  mutating func truncate(to height: Int) {
    guard height < count else { return }
    (base + height).deinitialize(count: count - height)
    count = height
  }

  /// Takes out `number` values that lie at `index`.
  mutating func remove(_ number: Int, at index: Int) {
    (base + index).deinitialize(count: number)
    (base + index).moveInitialize(from: base + index + number, count: count - index - number)
    count -= number
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}
