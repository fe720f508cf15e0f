/// What lists, dicts and objects have in common: a program can put them into themselves, and then nobody lets go of the
/// last reference.
public class ContainerValue {
  /// Who knows of this container; it forgets it before it ends.
  private var registry: Unmanaged<ContainerRegistry>?
  private var position = 0

  init() {}

  deinit { registry?._withUnsafeGuaranteedRef { $0.remove(at: position) } }

  /// Leaves the container empty. For its end only.
  func surrender() -> [Value] { [] }

  /// Whether some other container was put into this one since it was made.
  var isRegistered: Bool { registry != nil }

  fileprivate func enter(_ registry: ContainerRegistry, at position: Int) {
    self.registry = .passUnretained(registry)
    self.position = position
  }

  fileprivate func move(to position: Int) { self.position = position }
  fileprivate func leave() { registry = nil }
}

/// The containers of a session, or of a model's state, that a program has put other containers into. Those that are left
/// when the session ends hold each other; they are emptied then, so that all memory comes back.
///
/// Holds none of them: a container that ends by itself takes itself out.
final class ContainerRegistry {
  private var containers: [Unmanaged<ContainerValue>] = []

  init() {}

  deinit { end() }

  /// Enters a container that another one is put into.
  func add(_ container: ContainerValue) {
    if container.isRegistered { return }
    container.enter(self, at: containers.count)
    containers.append(.passUnretained(container))
  }

  fileprivate func remove(at position: Int) {
    let last = containers.removeLast()
    guard position < containers.count else { return }
    containers[position] = last
    last._withUnsafeGuaranteedRef { $0.move(to: position) }
  }

  /// Empties what is left.
  func end() {
    // Held until all are empty: each may be the last that holds another.
    var held: [ContainerValue] = []
    held.reserveCapacity(containers.count)
    for container in containers { held.append(container.takeUnretainedValue()) }
    containers = []
    for container in held { container.leave() }
    for container in held {
      var rest = Dismantling.end(container.surrender())
      rest.run()
    }
  }
}

extension Value {
  /// Whether this can hold other values.
  var isContainer: Bool {
    switch self {
    case .list, .tuple, .dict, .object: true
    default: false
    }
  }
}
