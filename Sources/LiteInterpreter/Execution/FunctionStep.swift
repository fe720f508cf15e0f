import LiteFormat

/// A step made of a function that captured plain numbers: for operators whose work is one or two calls of kernels.
final class FunctionStep: PreparedStep {
  private let name: StaticString
  private let amount: Int
  private let products: Int
  private let shares: Int
  private let body: (StepOperands, StepShare) -> Void

  /// - Parameters:
  ///   - work: multiply-accumulates, or elements.
  ///   - products: multiply-accumulates.
  ///   - shares: into how many shares `body` can divide the work.
  ///   - body: reads and writes what the operands point to and what it captured, nothing else.
  init(_ name: StaticString, work: Int, products: Int = 0, shares: Int = 1, _ body: @escaping (StepOperands, StepShare) -> Void) {
    self.name = name
    amount = work
    self.products = products
    self.shares = shares
    self.body = body
  }

  override var multiplyAccumulates: Int { products }
  override var work: Int { amount }
  override var maximumShares: Int { shares }
  override var kernelName: StaticString { name }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    body(operands, share)
    return true
  }
}

extension StepOperands {
  /// An operand as elements of a type.
  subscript<Element>(_ index: Int, _: Element.Type) -> UnsafeMutablePointer<Element> {
    self[index].assumingMemoryBound(to: Element.self)
  }
}
