import CLiteKernels
import LiteFormat

/// Which kernels run.
public enum KernelTier: CaseIterable, Sendable {
  /// The fastest that this processor has.
  case automatic
  /// The portable reference.
  case scalar
  /// ARMv8.0 vector instructions.
  case neon
  /// ARM's 8-bit dot product, FEAT_DotProd.
  case dotprod
  /// ARM's 8-bit matrix product, FEAT_I8MM.
  case i8mm

  private var table: UnsafePointer<lite_kernel_table>? {
    switch self {
    case .automatic: lite_kernels_best()
    case .scalar: lite_kernels_scalar()
    case .neon: lite_kernels_neon()
    case .dotprod: lite_kernels_dotprod()
    case .i8mm: lite_kernels_i8mm()
    }
  }

  /// The table of kernels.
  ///
  /// - Throws: `unsupported` if the processor cannot run them.
  var kernels: UnsafePointer<lite_kernel_table> {
    get throws(LiteError) {
      if let table { return table }
      switch self {
      case .dotprod: throw lacking("the dotprod kernels need the 8-bit dot product (FEAT_DotProd, asimddp)")
      case .i8mm: throw lacking("the i8mm kernels need the 8-bit matrix product (FEAT_I8MM, i8mm)")
      default: throw lacking("the neon kernels need a 64-bit ARM processor")
      }
    }
  }

  private func lacking(_ what: StaticString) -> LiteError {
    LiteError(.unsupported, "\(what), which this processor lacks; the fastest here is \(KernelTier.automatic.effectiveName)")
  }

  /// Name of the kernels that this choice gives on this processor; empty if there are none.
  public var effectiveName: Message {
    var text = Message()
    guard let table, var position = table.pointee.name else { return text }
    while position.pointee != 0 {
      text.bytes.append(UInt8(bitPattern: position.pointee))
      position += 1
    }
    return text
  }
}
