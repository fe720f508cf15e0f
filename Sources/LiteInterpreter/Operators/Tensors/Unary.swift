import CLiteKernels
import CLitePlatform
import LiteFormat

/// Functions of one element.
enum Unary {
  static let operators: [Operator] = [
    Operator("aten::neg(Tensor self) -> Tensor", atenNeg),
    Operator("aten::neg.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenNeg),
    Operator("aten::neg_(Tensor(a!) self) -> Tensor(a!)", atenNeg),
    Operator("aten::negative(Tensor self) -> Tensor", atenNeg),
    Operator("aten::negative.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenNeg),
    Operator("aten::negative_(Tensor(a!) self) -> Tensor(a!)", atenNeg),
    Operator("aten::abs(Tensor self) -> Tensor", atenAbs),
    Operator("aten::abs.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAbs),
    Operator("aten::abs_(Tensor(a!) self) -> Tensor(a!)", atenAbs),
    Operator("aten::absolute(Tensor self) -> Tensor", atenAbs),
    Operator("aten::absolute.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAbs),
    Operator("aten::absolute_(Tensor(a!) self) -> Tensor(a!)", atenAbs),
    Operator("aten::sign(Tensor self) -> Tensor", atenSign),
    Operator("aten::sign.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSign),
    Operator("aten::sign_(Tensor(a!) self) -> Tensor(a!)", atenSign),
    Operator("aten::sgn(Tensor self) -> Tensor", atenSign),
    Operator("aten::sgn.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSign),
    Operator("aten::sgn_(Tensor(a!) self) -> Tensor(a!)", atenSign),
    Operator("aten::floor(Tensor self) -> Tensor", atenFloor),
    Operator("aten::floor.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenFloor),
    Operator("aten::floor_(Tensor(a!) self) -> Tensor(a!)", atenFloor),
    Operator("aten::ceil(Tensor self) -> Tensor", atenCeil),
    Operator("aten::ceil.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenCeil),
    Operator("aten::ceil_(Tensor(a!) self) -> Tensor(a!)", atenCeil),
    Operator("aten::trunc(Tensor self) -> Tensor", atenTrunc),
    Operator("aten::trunc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenTrunc),
    Operator("aten::trunc_(Tensor(a!) self) -> Tensor(a!)", atenTrunc),
    Operator("aten::fix(Tensor self) -> Tensor", atenTrunc),
    Operator("aten::fix.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenTrunc),
    Operator("aten::fix_(Tensor(a!) self) -> Tensor(a!)", atenTrunc),
    Operator("aten::square(Tensor self) -> Tensor", atenSquare),
    Operator("aten::square.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSquare),
    Operator("aten::square_(Tensor(a!) self) -> Tensor(a!)", atenSquare),
    Operator("aten::bitwise_not(Tensor self) -> Tensor", atenBitwiseNot),
    Operator("aten::bitwise_not.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenBitwiseNot),
    Operator("aten::bitwise_not_(Tensor(a!) self) -> Tensor(a!)", atenBitwiseNot),
    Operator("aten::round(Tensor self) -> Tensor", atenRound),
    Operator("aten::round.decimals(Tensor self, *, int decimals) -> Tensor", atenRound),
    Operator("aten::round.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenRound),
    Operator("aten::round.decimals_out(Tensor self, *, int decimals, Tensor(a!) out) -> Tensor(a!)", atenRound),
    Operator("aten::round_(Tensor(a!) self) -> Tensor(a!)", atenRound),
    Operator("aten::round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)", atenRound),
    Operator("aten::special_round(Tensor self, *, int decimals=0) -> Tensor", atenRound),
    Operator("aten::special_round.out(Tensor self, *, int decimals=0, Tensor(a!) out) -> Tensor(a!)", atenRound),
    Operator("aten::logical_not(Tensor self) -> Tensor", atenLogicalNot),
    Operator("aten::logical_not.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLogicalNot),
    Operator("aten::logical_not_(Tensor(a!) self) -> Tensor(a!)", atenLogicalNot),
    Operator("aten::exp(Tensor self) -> Tensor", atenExp),
    Operator("aten::exp.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenExp),
    Operator("aten::exp_(Tensor(a!) self) -> Tensor(a!)", atenExp),
    Operator("aten::log(Tensor self) -> Tensor", atenLog),
    Operator("aten::log.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLog),
    Operator("aten::log_(Tensor(a!) self) -> Tensor(a!)", atenLog),
    Operator("aten::log1p(Tensor self) -> Tensor", atenLog1p),
    Operator("aten::log1p.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLog1p),
    Operator("aten::log1p_(Tensor(a!) self) -> Tensor(a!)", atenLog1p),
    Operator("aten::special_log1p(Tensor self) -> Tensor", atenLog1p),
    Operator("aten::special_log1p.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLog1p),
    Operator("aten::expm1(Tensor self) -> Tensor", atenExpm1),
    Operator("aten::expm1.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenExpm1),
    Operator("aten::expm1_(Tensor(a!) self) -> Tensor(a!)", atenExpm1),
    Operator("aten::special_expm1(Tensor self) -> Tensor", atenExpm1),
    Operator("aten::special_expm1.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenExpm1),
    Operator("aten::sqrt(Tensor self) -> Tensor", atenSqrt),
    Operator("aten::sqrt.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSqrt),
    Operator("aten::sqrt_(Tensor(a!) self) -> Tensor(a!)", atenSqrt),
    Operator("aten::rsqrt(Tensor self) -> Tensor", atenRsqrt),
    Operator("aten::rsqrt.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenRsqrt),
    Operator("aten::rsqrt_(Tensor(a!) self) -> Tensor(a!)", atenRsqrt),
    Operator("aten::reciprocal(Tensor self) -> Tensor", atenReciprocal),
    Operator("aten::reciprocal.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenReciprocal),
    Operator("aten::reciprocal_(Tensor(a!) self) -> Tensor(a!)", atenReciprocal),
    Operator("aten::sin(Tensor self) -> Tensor", atenSin),
    Operator("aten::sin.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSin),
    Operator("aten::sin_(Tensor(a!) self) -> Tensor(a!)", atenSin),
    Operator("aten::cos(Tensor self) -> Tensor", atenCos),
    Operator("aten::cos.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenCos),
    Operator("aten::cos_(Tensor(a!) self) -> Tensor(a!)", atenCos),
    Operator("aten::erf(Tensor self) -> Tensor", atenErf),
    Operator("aten::erf.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErf),
    Operator("aten::erf_(Tensor(a!) self) -> Tensor(a!)", atenErf),
    Operator("aten::special_erf(Tensor self) -> Tensor", atenErf),
    Operator("aten::special_erf.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErf),
    Operator("aten::tan(Tensor self) -> Tensor", atenTan),
    Operator("aten::tan.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenTan),
    Operator("aten::tan_(Tensor(a!) self) -> Tensor(a!)", atenTan),
    Operator("aten::asin(Tensor self) -> Tensor", atenAsin),
    Operator("aten::asin.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAsin),
    Operator("aten::asin_(Tensor(a!) self) -> Tensor(a!)", atenAsin),
    Operator("aten::arcsin(Tensor self) -> Tensor", atenAsin),
    Operator("aten::arcsin.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAsin),
    Operator("aten::arcsin_(Tensor(a!) self) -> Tensor(a!)", atenAsin),
    Operator("aten::acos(Tensor self) -> Tensor", atenAcos),
    Operator("aten::acos.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAcos),
    Operator("aten::acos_(Tensor(a!) self) -> Tensor(a!)", atenAcos),
    Operator("aten::arccos(Tensor self) -> Tensor", atenAcos),
    Operator("aten::arccos.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAcos),
    Operator("aten::arccos_(Tensor(a!) self) -> Tensor(a!)", atenAcos),
    Operator("aten::atan(Tensor self) -> Tensor", atenAtan),
    Operator("aten::atan.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAtan),
    Operator("aten::atan_(Tensor(a!) self) -> Tensor(a!)", atenAtan),
    Operator("aten::arctan(Tensor self) -> Tensor", atenAtan),
    Operator("aten::arctan.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAtan),
    Operator("aten::arctan_(Tensor(a!) self) -> Tensor(a!)", atenAtan),
    Operator("aten::sinh(Tensor self) -> Tensor", atenSinh),
    Operator("aten::sinh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSinh),
    Operator("aten::sinh_(Tensor(a!) self) -> Tensor(a!)", atenSinh),
    Operator("aten::cosh(Tensor self) -> Tensor", atenCosh),
    Operator("aten::cosh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenCosh),
    Operator("aten::cosh_(Tensor(a!) self) -> Tensor(a!)", atenCosh),
    Operator("aten::asinh(Tensor self) -> Tensor", atenAsinh),
    Operator("aten::asinh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAsinh),
    Operator("aten::asinh_(Tensor(a!) self) -> Tensor(a!)", atenAsinh),
    Operator("aten::arcsinh(Tensor self) -> Tensor", atenAsinh),
    Operator("aten::arcsinh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAsinh),
    Operator("aten::arcsinh_(Tensor(a!) self) -> Tensor(a!)", atenAsinh),
    Operator("aten::acosh(Tensor self) -> Tensor", atenAcosh),
    Operator("aten::acosh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAcosh),
    Operator("aten::acosh_(Tensor(a!) self) -> Tensor(a!)", atenAcosh),
    Operator("aten::arccosh(Tensor self) -> Tensor", atenAcosh),
    Operator("aten::arccosh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAcosh),
    Operator("aten::arccosh_(Tensor(a!) self) -> Tensor(a!)", atenAcosh),
    Operator("aten::atanh(Tensor self) -> Tensor", atenAtanh),
    Operator("aten::atanh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAtanh),
    Operator("aten::atanh_(Tensor(a!) self) -> Tensor(a!)", atenAtanh),
    Operator("aten::arctanh(Tensor self) -> Tensor", atenAtanh),
    Operator("aten::arctanh.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAtanh),
    Operator("aten::arctanh_(Tensor(a!) self) -> Tensor(a!)", atenAtanh),
    Operator("aten::exp2(Tensor self) -> Tensor", atenExp2),
    Operator("aten::exp2.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenExp2),
    Operator("aten::exp2_(Tensor(a!) self) -> Tensor(a!)", atenExp2),
    Operator("aten::special_exp2(Tensor self) -> Tensor", atenExp2),
    Operator("aten::special_exp2.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenExp2),
    Operator("aten::log2(Tensor self) -> Tensor", atenLog2),
    Operator("aten::log2.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLog2),
    Operator("aten::log2_(Tensor(a!) self) -> Tensor(a!)", atenLog2),
    Operator("aten::log10(Tensor self) -> Tensor", atenLog10),
    Operator("aten::log10.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLog10),
    Operator("aten::log10_(Tensor(a!) self) -> Tensor(a!)", atenLog10),
    Operator("aten::erfc(Tensor self) -> Tensor", atenErfc),
    Operator("aten::erfc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErfc),
    Operator("aten::erfc_(Tensor(a!) self) -> Tensor(a!)", atenErfc),
    Operator("aten::special_erfc(Tensor self) -> Tensor", atenErfc),
    Operator("aten::special_erfc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErfc),
    Operator("aten::erfinv(Tensor self) -> Tensor", atenErfinv),
    Operator("aten::erfinv.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErfinv),
    Operator("aten::erfinv_(Tensor(a!) self) -> Tensor(a!)", atenErfinv),
    Operator("aten::special_erfinv(Tensor self) -> Tensor", atenErfinv),
    Operator("aten::special_erfinv.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenErfinv),
    Operator("aten::lgamma(Tensor self) -> Tensor", atenLgamma),
    Operator("aten::lgamma.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLgamma),
    Operator("aten::lgamma_(Tensor(a!) self) -> Tensor(a!)", atenLgamma),
    Operator("aten::special_gammaln(Tensor self) -> Tensor", atenLgamma),
    Operator("aten::special_gammaln.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenLgamma),
    Operator("aten::digamma(Tensor self) -> Tensor", atenDigamma),
    Operator("aten::digamma.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenDigamma),
    Operator("aten::digamma_(Tensor(a!) self) -> Tensor(a!)", atenDigamma),
    Operator("aten::special_digamma(Tensor self) -> Tensor", atenDigamma),
    Operator("aten::special_digamma.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenDigamma),
    Operator("aten::special_psi(Tensor self) -> Tensor", atenDigamma),
    Operator("aten::special_psi.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenDigamma),
    Operator("aten::i0(Tensor self) -> Tensor", atenI0),
    Operator("aten::i0.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenI0),
    Operator("aten::i0_(Tensor(a!) self) -> Tensor(a!)", atenI0),
    Operator("aten::special_i0(Tensor self) -> Tensor", atenI0),
    Operator("aten::special_i0.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenI0),
    Operator("aten::sinc(Tensor self) -> Tensor", atenSinc),
    Operator("aten::sinc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSinc),
    Operator("aten::sinc_(Tensor(a!) self) -> Tensor(a!)", atenSinc),
    Operator("aten::special_sinc(Tensor self) -> Tensor", atenSinc),
    Operator("aten::special_sinc.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenSinc),
    Operator("aten::deg2rad(Tensor self) -> Tensor", atenDeg2rad),
    Operator("aten::deg2rad.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenDeg2rad),
    Operator("aten::deg2rad_(Tensor(a!) self) -> Tensor(a!)", atenDeg2rad),
    Operator("aten::rad2deg(Tensor self) -> Tensor", atenRad2deg),
    Operator("aten::rad2deg.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenRad2deg),
    Operator("aten::rad2deg_(Tensor(a!) self) -> Tensor(a!)", atenRad2deg),
    Operator("aten::angle(Tensor self) -> Tensor", atenAngle),
    Operator("aten::angle.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenAngle),
    Operator("aten::frac(Tensor self) -> Tensor", atenFrac),
    Operator("aten::frac.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenFrac),
    Operator("aten::frac_(Tensor(a!) self) -> Tensor(a!)", atenFrac),
    Operator("aten::logit(Tensor self, float? eps=None) -> Tensor", atenLogit),
    Operator("aten::logit.out(Tensor self, float? eps=None, *, Tensor(a!) out) -> Tensor(a!)", atenLogit),
    Operator("aten::logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)", atenLogit),
    Operator("aten::special_logit(Tensor self, float? eps=None) -> Tensor", atenLogit),
    Operator("aten::special_logit.out(Tensor self, float? eps=None, *, Tensor(a!) out) -> Tensor(a!)", atenLogit),
    Operator("aten::polygamma(int n, Tensor self) -> Tensor", atenPolygamma),
    Operator("aten::polygamma.out(int n, Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenPolygamma),
    Operator("aten::polygamma_(Tensor(a!) self, int n) -> Tensor(a!)", atenPolygamma),
    Operator("aten::special_polygamma(int n, Tensor self) -> Tensor", atenPolygamma),
    Operator("aten::special_polygamma.out(int n, Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenPolygamma),
    Operator("aten::mvlgamma(Tensor self, int p) -> Tensor", atenMvlgamma),
    Operator("aten::mvlgamma.out(Tensor self, int p, *, Tensor(a!) out) -> Tensor(a!)", atenMvlgamma),
    Operator("aten::mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)", atenMvlgamma),
    Operator("aten::special_multigammaln(Tensor self, int p) -> Tensor", atenMvlgamma),
    Operator("aten::special_multigammaln.out(Tensor self, int p, *, Tensor(a!) out) -> Tensor(a!)", atenMvlgamma),
    Operator("aten::frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)", atenFrexp),
    Operator(
      "aten::frexp.Tensor_out(Tensor self, *, Tensor(a!) mantissa, Tensor(b!) exponent) -> (Tensor(a!) mantissa, Tensor(b!) exponent)",
      atenFrexp),
    Operator("aten::positive(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::real(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::conj(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::resolve_conj(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::resolve_neg(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::_conj(Tensor(a) self) -> Tensor(a)", atenPositive),
    Operator("aten::conj_physical(Tensor self) -> Tensor", atenConjPhysical),
    Operator("aten::conj_physical.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", atenConjPhysical),
    Operator("aten::conj_physical_(Tensor(a!) self) -> Tensor(a!)", atenConjPhysical),
  ]

  // MARK: What the table refers to

  private static func atenNeg(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_NEG) }
  private static func atenAbs(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_ABS) }
  private static func atenSign(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_SIGN) }
  private static func atenFloor(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_FLOOR) }
  private static func atenCeil(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_CEIL) }
  private static func atenTrunc(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_TRUNC) }
  private static func atenSquare(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_SQUARE) }
  private static func atenBitwiseNot(_ call: inout Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_BITWISE_NOT) }
  private static func atenRound(_ call: inout Call) throws(LiteError) -> Value { try rounded(call) }
  private static func atenLogicalNot(_ call: inout Call) throws(LiteError) -> Value { try logicalNot(call) }
  private static func atenExp(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_EXP) }
  private static func atenLog(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_LOG) }
  private static func atenLog1p(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_LOG1P) }
  private static func atenExpm1(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_EXPM1) }
  private static func atenSqrt(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_SQRT) }
  private static func atenRsqrt(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_RSQRT) }
  private static func atenReciprocal(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_RECIPROCAL) }
  private static func atenSin(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_SIN) }
  private static func atenCos(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_COS) }
  private static func atenErf(_ call: inout Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_ERF) }
  private static func atenTan(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { tan($0) } }
  private static func atenAsin(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { asin($0) } }
  private static func atenAcos(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { acos($0) } }
  private static func atenAtan(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { atan($0) } }
  private static func atenSinh(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { sinh($0) } }
  private static func atenCosh(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { cosh($0) } }
  private static func atenAsinh(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { asinh($0) } }
  private static func atenAcosh(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { acosh($0) } }
  private static func atenAtanh(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { atanh($0) } }
  private static func atenExp2(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { exp2($0) } }
  private static func atenLog2(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { log2($0) } }
  private static func atenLog10(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { log10($0) } }
  private static func atenErfc(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { erfc($0) } }
  private static func atenErfinv(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { NormalDistribution.inverseErrorFunction($0) }
  }
  private static func atenLgamma(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { GammaFunctions.logGamma($0) }
  }
  private static func atenDigamma(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { GammaFunctions.digamma($0) }
  }
  private static func atenI0(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { BesselFunctions.modifiedI(0, $0) }
  }
  private static func atenSinc(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { Special.sinc($0) } }
  private static func atenDeg2rad(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { $0 * 0.017453292519943295 }
  }
  private static func atenRad2deg(_ call: inout Call) throws(LiteError) -> Value { try doubles(call) { $0 * 57.29577951308232 } }
  private static func atenAngle(_ call: inout Call) throws(LiteError) -> Value {
    try doubles(call) { $0.isNaN ? $0 : $0 < 0 ? 3.141592653589793 : 0 }
  }
  private static func atenFrac(_ call: inout Call) throws(LiteError) -> Value { try fraction(call) }
  private static func atenLogit(_ call: inout Call) throws(LiteError) -> Value { try logit(call) }
  private static func atenPolygamma(_ call: inout Call) throws(LiteError) -> Value { try polygamma(call) }
  private static func atenMvlgamma(_ call: inout Call) throws(LiteError) -> Value { try multivariateLogGamma(call) }
  private static func atenFrexp(_ call: inout Call) throws(LiteError) -> Value { try mantissaAndExponent(call) }
  private static func atenPositive(_ call: inout Call) throws(LiteError) -> Value { .tensor(try call.plainTensor(0)) }
  private static func atenConjPhysical(_ call: inout Call) throws(LiteError) -> Value { try Conversion.copy(call) }

  /// The result has the type of the argument.
  private static func keeping(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let x = try call.operand(0)
    // PyTorch squares by pow, which makes integers of bools.
    let type = operation == LITE_UNARY_SQUARE && x.type == .bool ? .int64 : x.type
    if type == .bool, operation == LITE_UNARY_NEG || operation == LITE_UNARY_ABS {
      throw call.failure(0, "found bool, expected numbers; use logical_not")
    }
    return try Pointwise.unary(call, operation, x, compute: type, result: type)
  }

  /// The result is floating; integers become float32.
  private static func floating(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let type = x.type.isFloatingPoint ? x.type : .float32
    return try Pointwise.unary(call, operation, x, compute: type, result: type)
  }

  /// A floating function without a kernel.
  @inline(never)
  static func doubles(_ call: Call, _ body: (Double) -> Double) throws(LiteError) -> Value {
    let x = try call.operand(0)
    return .tensor(try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in body(a) })
  }

  private static func rounded(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    guard let index = call.position("decimals"), x.type.isFloatingPoint else {
      return try Pointwise.unary(call, LITE_UNARY_ROUND, x, compute: x.type, result: x.type)
    }
    let decimals = try call.int(index)
    try call.require(abs(decimals) <= 400, index, "found \(decimals), expected at most 400")
    let factor = pow(10, Double(abs(decimals)))
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type) { (a, _, _) in
        decimals < 0 ? rint(a / factor) * factor : rint(a * factor) / factor
      })
  }

  private static func logicalNot(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    return try Pointwise.unary(call, LITE_UNARY_LOGICAL_NOT, x, compute: x.type, result: .bool, writesBool: true)
  }

  private static func fraction(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    try call.require(x.type.isFloatingPoint, 0, "found \(x.type.name), expected a floating type")
    return .tensor(try Pointwise.doubles(call, [x], result: x.type) { (a, _, _) in a - trunc(a) })
  }

  private static func logit(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let margin: Double? = if let index = call.given("eps") { try call.double(index) } else { nil }
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        let z = margin.map { a < $0 ? $0 : a > 1 - $0 ? 1 - $0 : a } ?? a
        return log(z / (1 - z))
      })
  }

  private static func polygamma(_ call: Call) throws(LiteError) -> Value {
    let index = call.schema.arguments[0].type.count == 3 ? 0 : 1
    let n = try call.int(index)
    let x = try call.operand(1 - index)
    try call.require(n >= 0 && n <= 100, index, "found \(n), expected 0 to 100")
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        GammaFunctions.polygamma(n, a)
      })
  }

  /// x = mantissa * 2^exponent with a mantissa from 0.5 to 1.
  private static func mantissaAndExponent(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    try call.require(x.type.isFloatingPoint, 0, "found \(x.type.name), expected a floating type")
    func exponent(_ a: Double) -> Int { a.isFinite && a != 0 ? Int(a.exponent) + 1 : 0 }
    let mantissas = try Pointwise.doubles(call, [x], result: x.type, toTarget: false) { (a, _, _) in
      scalbn(a, Int32(-exponent(a)))
    }
    let exponents = try Pointwise.doubles(call, [x], result: .int32, toTarget: false) { (a, _, _) in Double(exponent(a)) }
    return try call.deliver(mantissas, exponents)
  }

  private static func multivariateLogGamma(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let p = try call.int(1)
    try call.require(p >= 1 && p <= 1 << 20, 1, "found \(p), expected 1 or more")
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        var sum = Double(p * (p - 1)) / 4 * 1.1447298858494002
        for index in 0..<p { sum += GammaFunctions.logGamma(a - Double(index) / 2) }
        return sum
      })
  }
}
