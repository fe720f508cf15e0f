import CLiteKernels
import LiteFormat

/// Operators whose meaning changed after a file was written: old files get the old meaning
/// (pytorch/torch/csrc/jit/mobile/upgrader_mobile.cpp).
///
/// `aten::gelu` before version 10, and `linspace` and `logspace` before 8 and 9, need no entry: the new
/// operators have a default, and accept None, that mean the same.
enum Upgraders {
  private struct Upgrade: Sendable {
    /// Files of this version and older use the replacement.
    let lastVersion: Int
    let replacement: Operator
  }

  static func find(_ name: [UInt8], _ overload: [UInt8], fileVersion: Int) -> Operator? {
    for upgrade in upgrades where fileVersion <= upgrade.lastVersion && upgrade.replacement.declaration.isNamed(name, overload) {
      return upgrade.replacement
    }
    return nil
  }

  private static let upgrades: [Upgrade] = AllocationScope.shared {
    [
      oldDivision("div.Tensor(self, other)"),
      oldDivision("div.Scalar(self, Scalar other)"),
      oldDivision("div.out(self, other, *, out&)"),
      oldDivision("div_.Tensor(self&, other)"),
      oldDivision("div_.Scalar(self&, Scalar other)"),
    ]
  }

  /// Up to version 3 a division of integers was an integer.
  private static func oldDivision(_ declaration: StaticString) -> Upgrade {
    Upgrade(
      lastVersion: 3,
      replacement: Operator(Declaration(declaration.utf8Start)) { (call) throws(LiteError) in
        var isFloating = false
        for index in 0..<call.count where try isFloat(call, index) { isFloating = true }
        return isFloating ? try Arithmetic.trueDivision(call) : try Arithmetic.integerDivision(call, LITE_BINARY_DIV_TRUNC)
      })
  }

  private static func isFloat(_ call: Call, _ index: Int) throws(LiteError) -> Bool {
    let operand = try call.operand(index)
    return operand.tensor?.type.isFloatingPoint ?? operand.scalar.isDouble
  }
}
