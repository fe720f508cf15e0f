import CLiteKernels
import CLitePlatform
import LiteFormat

/// Arithmetic, comparison and logic of two tensors, or a tensor and a number.
enum Arithmetic {
  static func declare(in table: inout OperatorTable) {
    table.add("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1)", atenAdd)
    table.add(
      """
      aten::_add_relu.Tensor(Tensor self, Tensor other, *, Scalar alpha=1)
      aten::_add_relu.Scalar(Tensor self, Scalar other, Scalar alpha=1)
      aten::_add_relu.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out)
      aten::_add_relu_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1)
      aten::_add_relu_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1)
      """, atenAddRelu)
    table.add(
      """
      aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1)
      aten::add.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out)
      aten::add.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out)
      aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1)
      aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1)
      aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1)
      aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1)
      aten::sub.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out)
      aten::sub.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out)
      aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1)
      aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1)
      """, atenAdd)
    table.add(
      """
      aten::subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1)
      aten::subtract.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out)
      aten::subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1)
      aten::subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1)
      aten::subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1)
      """, atenSubtract)
    table.add(
      """
      aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1)
      aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1)
      aten::rsub.Tensor_out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out)
      aten::rsub.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out)
      """, atenRsub)
    table.add(
      """
      aten::mul.Tensor(Tensor self, Tensor other)
      aten::mul.Scalar(Tensor self, Scalar other)
      aten::mul.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::mul.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::mul_.Tensor(Tensor(a!) self, Tensor other)
      aten::mul_.Scalar(Tensor(a!) self, Scalar other)
      aten::multiply.Tensor(Tensor self, Tensor other)
      aten::multiply.Scalar(Tensor self, Scalar other)
      aten::multiply.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::multiply_.Tensor(Tensor(a!) self, Tensor other)
      aten::multiply_.Scalar(Tensor(a!) self, Scalar other)
      """, atenMul)
    table.add(
      """
      aten::div.Tensor(Tensor self, Tensor other)
      aten::div.Scalar(Tensor self, Scalar other)
      aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode)
      aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode)
      aten::div.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::div.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out)
      aten::div.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::div.Scalar_mode_out(Tensor self, Scalar other, *, str? rounding_mode, Tensor(a!) out)
      aten::div_.Tensor(Tensor(a!) self, Tensor other)
      aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode)
      aten::div_.Scalar(Tensor(a!) self, Scalar other)
      aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode)
      aten::divide.Tensor(Tensor self, Tensor other)
      aten::divide.Scalar(Tensor self, Scalar other)
      aten::divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode)
      aten::divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode)
      aten::divide.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::divide.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out)
      aten::divide_.Tensor(Tensor(a!) self, Tensor other)
      aten::divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode)
      aten::divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode)
      aten::divide_.Scalar(Tensor(a!) self, Scalar other)
      """, atenDiv)
    table.add(
      """
      aten::true_divide.Tensor(Tensor self, Tensor other)
      aten::true_divide.Scalar(Tensor self, Scalar other)
      aten::true_divide.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::true_divide_.Tensor(Tensor(a!) self, Tensor other)
      aten::true_divide_.Scalar(Tensor(a!) self, Scalar other)
      """, atenTrueDivide)
    table.add(
      """
      aten::floor_divide(Tensor self, Tensor other)
      aten::floor_divide.Scalar(Tensor self, Scalar other)
      aten::floor_divide.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::floor_divide.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::floor_divide_.Tensor(Tensor(a!) self, Tensor other)
      aten::floor_divide_.Scalar(Tensor(a!) self, Scalar other)
      """, atenFloorDivide)
    table.add(
      """
      aten::remainder.Tensor(Tensor self, Tensor other)
      aten::remainder.Scalar(Tensor self, Scalar other)
      aten::remainder.Scalar_Tensor(Scalar self, Tensor other)
      aten::remainder.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::remainder.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::remainder.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::remainder_.Tensor(Tensor(a!) self, Tensor other)
      aten::remainder_.Scalar(Tensor(a!) self, Scalar other)
      """, atenRemainder)
    table.add(
      """
      aten::fmod.Tensor(Tensor self, Tensor other)
      aten::fmod.Scalar(Tensor self, Scalar other)
      aten::fmod.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::fmod.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::fmod_.Tensor(Tensor(a!) self, Tensor other)
      aten::fmod_.Scalar(Tensor(a!) self, Scalar other)
      """, atenFmod)
    table.add(
      """
      aten::pow.Tensor_Tensor(Tensor self, Tensor exponent)
      aten::pow.Tensor_Scalar(Tensor self, Scalar exponent)
      aten::pow.Scalar(Scalar self, Tensor exponent)
      aten::pow.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out)
      aten::pow.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out)
      aten::pow.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out)
      aten::pow_.Scalar(Tensor(a!) self, Scalar exponent)
      aten::pow_.Tensor(Tensor(a!) self, Tensor exponent)
      """, atenPow)
    table.add(
      """
      aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent)
      aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent)
      aten::float_power.Scalar(Scalar self, Tensor exponent)
      aten::float_power.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out)
      aten::float_power.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out)
      aten::float_power.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out)
      aten::float_power_.Tensor(Tensor(a!) self, Tensor exponent)
      aten::float_power_.Scalar(Tensor(a!) self, Scalar exponent)
      """, atenFloatPower)
    table.add(
      """
      aten::maximum(Tensor self, Tensor other)
      aten::maximum.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::max.other(Tensor self, Tensor other)
      aten::max.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenMaximum)
    table.add(
      """
      aten::minimum(Tensor self, Tensor other)
      aten::minimum.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::min.other(Tensor self, Tensor other)
      aten::min.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenMinimum)
    table.add(
      """
      aten::fmax(Tensor self, Tensor other)
      aten::fmax.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenFmax)
    table.add(
      """
      aten::fmin(Tensor self, Tensor other)
      aten::fmin.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenFmin)
    table.add(
      """
      aten::eq.Tensor(Tensor self, Tensor other)
      aten::eq.Scalar(Tensor self, Scalar other)
      aten::eq.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::eq.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::eq.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      aten::eq_.Scalar(Tensor(a!) self, Scalar other)
      aten::eq_.Tensor(Tensor(a!) self, Tensor other)
      """, atenEq)
    table.add(
      """
      aten::ne.Tensor(Tensor self, Tensor other)
      aten::ne.Scalar(Tensor self, Scalar other)
      aten::ne.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::ne.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::ne.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      aten::ne_.Scalar(Tensor(a!) self, Scalar other)
      aten::ne_.Tensor(Tensor(a!) self, Tensor other)
      aten::not_equal.Tensor(Tensor self, Tensor other)
      aten::not_equal.Scalar(Tensor self, Scalar other)
      aten::not_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::not_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::not_equal_.Scalar(Tensor(a!) self, Scalar other)
      aten::not_equal_.Tensor(Tensor(a!) self, Tensor other)
      """, atenNe)
    table.add(
      """
      aten::lt.Tensor(Tensor self, Tensor other)
      aten::lt.Scalar(Tensor self, Scalar other)
      aten::lt.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::lt.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::lt_.Scalar(Tensor(a!) self, Scalar other)
      aten::lt_.Tensor(Tensor(a!) self, Tensor other)
      aten::less.Tensor(Tensor self, Tensor other)
      aten::less.Scalar(Tensor self, Scalar other)
      aten::less.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::less.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::less_.Scalar(Tensor(a!) self, Scalar other)
      aten::less_.Tensor(Tensor(a!) self, Tensor other)
      """, atenLt)
    table.add(
      """
      aten::le.Tensor(Tensor self, Tensor other)
      aten::le.Scalar(Tensor self, Scalar other)
      aten::le.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::le.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::le_.Scalar(Tensor(a!) self, Scalar other)
      aten::le_.Tensor(Tensor(a!) self, Tensor other)
      aten::less_equal.Tensor(Tensor self, Tensor other)
      aten::less_equal.Scalar(Tensor self, Scalar other)
      aten::less_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::less_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::less_equal_.Scalar(Tensor(a!) self, Scalar other)
      aten::less_equal_.Tensor(Tensor(a!) self, Tensor other)
      """, atenLe)
    table.add(
      """
      aten::gt.Tensor(Tensor self, Tensor other)
      aten::gt.Scalar(Tensor self, Scalar other)
      aten::gt.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::gt.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::gt_.Scalar(Tensor(a!) self, Scalar other)
      aten::gt_.Tensor(Tensor(a!) self, Tensor other)
      aten::greater.Tensor(Tensor self, Tensor other)
      aten::greater.Scalar(Tensor self, Scalar other)
      aten::greater.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::greater.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::greater_.Scalar(Tensor(a!) self, Scalar other)
      aten::greater_.Tensor(Tensor(a!) self, Tensor other)
      """, atenGt)
    table.add(
      """
      aten::ge.Tensor(Tensor self, Tensor other)
      aten::ge.Scalar(Tensor self, Scalar other)
      aten::ge.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::ge.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::ge_.Scalar(Tensor(a!) self, Scalar other)
      aten::ge_.Tensor(Tensor(a!) self, Tensor other)
      aten::greater_equal.Tensor(Tensor self, Tensor other)
      aten::greater_equal.Scalar(Tensor self, Scalar other)
      aten::greater_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::greater_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::greater_equal_.Scalar(Tensor(a!) self, Scalar other)
      aten::greater_equal_.Tensor(Tensor(a!) self, Tensor other)
      """, atenGe)
    table.add(
      """
      aten::logical_and(Tensor self, Tensor other)
      aten::logical_and.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::logical_and_(Tensor(a!) self, Tensor other)
      """, atenLogicalAnd)
    table.add(
      """
      aten::logical_or(Tensor self, Tensor other)
      aten::logical_or.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::logical_or_(Tensor(a!) self, Tensor other)
      """, atenLogicalOr)
    table.add(
      """
      aten::logical_xor(Tensor self, Tensor other)
      aten::logical_xor.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::logical_xor_(Tensor(a!) self, Tensor other)
      """, atenLogicalXor)
    table.add(
      """
      aten::bitwise_and.Tensor(Tensor self, Tensor other)
      aten::bitwise_and.Scalar(Tensor self, Scalar other)
      aten::bitwise_and.Scalar_Tensor(Scalar self, Tensor other)
      aten::bitwise_and.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_and.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::bitwise_and.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_and_.Tensor(Tensor(a!) self, Tensor other)
      aten::bitwise_and_.Scalar(Tensor(a!) self, Scalar other)
      aten::__and__.Scalar(Tensor self, Scalar other)
      aten::__and__.Tensor(Tensor self, Tensor other)
      aten::__and__.bool(bool a, bool b) -> bool
      aten::__and__.int(int a, int b) -> int
      aten::__iand__.Tensor(Tensor(a!) self, Tensor other)
      aten::__iand__.Scalar(Tensor(a!) self, Scalar other)
      """, atenBitwiseAnd)
    table.add(
      """
      aten::bitwise_or.Tensor(Tensor self, Tensor other)
      aten::bitwise_or.Scalar(Tensor self, Scalar other)
      aten::bitwise_or.Scalar_Tensor(Scalar self, Tensor other)
      aten::bitwise_or.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_or.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::bitwise_or.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_or_.Tensor(Tensor(a!) self, Tensor other)
      aten::bitwise_or_.Scalar(Tensor(a!) self, Scalar other)
      aten::__or__.Tensor(Tensor self, Tensor other)
      aten::__or__.Scalar(Tensor self, Scalar other)
      aten::__or__.bool(bool a, bool b) -> bool
      aten::__or__.int(int a, int b) -> int
      aten::__ior__.Tensor(Tensor(a!) self, Tensor other)
      aten::__ior__.Scalar(Tensor(a!) self, Scalar other)
      """, atenBitwiseOr)
    table.add(
      """
      aten::bitwise_xor.Tensor(Tensor self, Tensor other)
      aten::bitwise_xor.Scalar(Tensor self, Scalar other)
      aten::bitwise_xor.Scalar_Tensor(Scalar self, Tensor other)
      aten::bitwise_xor.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_xor.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::bitwise_xor.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_xor_.Tensor(Tensor(a!) self, Tensor other)
      aten::bitwise_xor_.Scalar(Tensor(a!) self, Scalar other)
      aten::__xor__.Tensor(Tensor self, Tensor other)
      aten::__xor__.Scalar(Tensor self, Scalar other)
      aten::__xor__.bool(bool a, bool b) -> bool
      aten::__xor__.int(int a, int b) -> int
      aten::__ixor__.Tensor(Tensor(a!) self, Tensor other)
      aten::__ixor__.Scalar(Tensor(a!) self, Scalar other)
      """, atenBitwiseXor)
    table.add(
      """
      aten::bitwise_left_shift.Tensor(Tensor self, Tensor other)
      aten::bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other)
      aten::bitwise_left_shift.Scalar_Tensor(Scalar self, Tensor other)
      aten::bitwise_left_shift.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_left_shift.Tensor_Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::bitwise_left_shift.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other)
      aten::bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other)
      aten::__lshift__.Tensor(Tensor self, Tensor other)
      aten::__lshift__.Scalar(Tensor self, Scalar other)
      aten::__lshift__.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::__lshift__.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::__lshift__.int(int a, int b) -> int
      aten::__ilshift__.Tensor(Tensor(a!) self, Tensor other)
      aten::__ilshift__.Scalar(Tensor(a!) self, Scalar other)
      """, atenBitwiseLeftShift)
    table.add(
      """
      aten::bitwise_right_shift.Tensor(Tensor self, Tensor other)
      aten::bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other)
      aten::bitwise_right_shift.Scalar_Tensor(Scalar self, Tensor other)
      aten::bitwise_right_shift.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_right_shift.Tensor_Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::bitwise_right_shift.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other)
      aten::bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other)
      aten::__rshift__.Tensor(Tensor self, Tensor other)
      aten::__rshift__.Scalar(Tensor self, Scalar other)
      aten::__rshift__.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::__rshift__.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::__rshift__.int(int a, int b) -> int
      aten::__irshift__.Tensor(Tensor(a!) self, Tensor other)
      aten::__irshift__.Scalar(Tensor(a!) self, Scalar other)
      """, atenBitwiseRightShift)
    table.add(
      """
      aten::atan2(Tensor self, Tensor other)
      aten::atan2.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::atan2_(Tensor(a!) self, Tensor other)
      aten::arctan2(Tensor self, Tensor other)
      aten::arctan2.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::arctan2_(Tensor(a!) self, Tensor other)
      """, atenAtan2)
    table.add(
      """
      aten::hypot(Tensor self, Tensor other)
      aten::hypot.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::hypot_(Tensor(a!) self, Tensor other)
      """, atenHypot)
    table.add(
      """
      aten::copysign.Tensor(Tensor self, Tensor other)
      aten::copysign.Scalar(Tensor self, Scalar other)
      aten::copysign.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::copysign.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::copysign_.Tensor(Tensor(a!) self, Tensor other)
      aten::copysign_.Scalar(Tensor(a!) self, Scalar other)
      """, atenCopysign)
    table.add(
      """
      aten::logaddexp(Tensor self, Tensor other)
      aten::logaddexp.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenLogaddexp)
    table.add(
      """
      aten::logaddexp2(Tensor self, Tensor other)
      aten::logaddexp2.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenLogaddexp2)
    table.add(
      """
      aten::xlogy.Tensor(Tensor self, Tensor other)
      aten::xlogy.Scalar_Other(Tensor self, Scalar other)
      aten::xlogy.Scalar_Self(Scalar self, Tensor other)
      aten::xlogy.OutTensor(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::xlogy.OutScalar_Self(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::xlogy.OutScalar_Other(Tensor self, Scalar other, *, Tensor(a!) out)
      aten::xlogy_.Tensor(Tensor(a!) self, Tensor other)
      aten::xlogy_.Scalar_Other(Tensor(a!) self, Scalar other)
      aten::special_xlogy(Tensor self, Tensor other)
      aten::special_xlogy.other_scalar(Tensor self, Scalar other)
      aten::special_xlogy.self_scalar(Scalar self, Tensor other)
      aten::special_xlogy.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::special_xlogy.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::special_xlogy.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      """, atenXlogy)
    table.add(
      """
      aten::special_xlog1py(Tensor self, Tensor other)
      aten::special_xlog1py.other_scalar(Tensor self, Scalar other)
      aten::special_xlog1py.self_scalar(Scalar self, Tensor other)
      aten::special_xlog1py.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::special_xlog1py.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::special_xlog1py.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      """, atenSpecialXlog1py)
    table.add(
      """
      aten::ldexp.Tensor(Tensor self, Tensor other)
      aten::ldexp.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::ldexp_(Tensor(a!) self, Tensor other)
      """, atenLdexp)
    table.add(
      """
      aten::igamma(Tensor self, Tensor other)
      aten::igamma.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::igamma_(Tensor(a!) self, Tensor other)
      aten::special_gammainc(Tensor self, Tensor other)
      aten::special_gammainc.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenIgamma)
    table.add(
      """
      aten::igammac(Tensor self, Tensor other)
      aten::igammac.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::igammac_(Tensor(a!) self, Tensor other)
      aten::special_gammaincc(Tensor self, Tensor other)
      aten::special_gammaincc.out(Tensor self, Tensor other, *, Tensor(a!) out)
      """, atenIgammac)
    table.add(
      """
      aten::nextafter(Tensor self, Tensor other)
      aten::nextafter.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::nextafter_(Tensor(a!) self, Tensor other)
      """, atenNextafter)
    table.add(
      """
      aten::heaviside(Tensor self, Tensor values)
      aten::heaviside.out(Tensor self, Tensor values, *, Tensor(a!) out)
      aten::heaviside_(Tensor(a!) self, Tensor values)
      """, atenHeaviside)
    table.add(
      """
      aten::gcd(Tensor self, Tensor other)
      aten::gcd.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::gcd_(Tensor(a!) self, Tensor other)
      """, atenGcd)
    table.add(
      """
      aten::lcm(Tensor self, Tensor other)
      aten::lcm.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::lcm_(Tensor(a!) self, Tensor other)
      """, atenLcm)
  }

  // MARK: What the table refers to

  private static func atenMaximum(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MAXIMUM) }
  private static func atenMinimum(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MINIMUM) }
  private static func atenAdd(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenAddRelu(_ call: Call) throws(LiteError) -> Value { try additionRelu(call) }
  private static func atenSubtract(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenRsub(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenMul(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MUL) }
  private static func atenDiv(_ call: Call) throws(LiteError) -> Value { try division(call) }
  private static func atenTrueDivide(_ call: Call) throws(LiteError) -> Value { try trueDivision(call) }
  private static func atenFloorDivide(_ call: Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_DIV_FLOOR)
  }
  private static func atenRemainder(_ call: Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_REMAINDER)
  }
  private static func atenFmod(_ call: Call) throws(LiteError) -> Value { try integerDivision(call, LITE_BINARY_FMOD) }
  private static func atenPow(_ call: Call) throws(LiteError) -> Value { try power(call) }
  private static func atenFloatPower(_ call: Call) throws(LiteError) -> Value { try floatPower(call) }
  private static func atenFmax(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: true) }
  private static func atenFmin(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: false) }
  private static func atenEq(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_EQ) }
  private static func atenNe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_NE) }
  private static func atenLt(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LT) }
  private static func atenLe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LE) }
  private static func atenGt(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GT) }
  private static func atenGe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GE) }
  private static func atenLogicalAnd(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_AND)
  }
  private static func atenLogicalOr(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_OR)
  }
  private static func atenLogicalXor(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_XOR)
  }
  private static func atenBitwiseAnd(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_AND) }
  private static func atenBitwiseOr(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_OR) }
  private static func atenBitwiseXor(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_XOR) }
  private static func atenBitwiseLeftShift(_ call: Call) throws(LiteError) -> Value { try shift(call, isLeft: true) }
  private static func atenBitwiseRightShift(_ call: Call) throws(LiteError) -> Value { try shift(call, isLeft: false) }
  private static func atenAtan2(_ call: Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in atan2(a, b) } }
  private static func atenHypot(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in lite_hypotenuse(a, b) }
  }
  private static func atenCopysign(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in copysign(a, b) }
  }
  private static func atenLogaddexp(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 0.6931471805599453 : max(a, b) + log1p(exp(-abs(a - b))) }
  }
  private static func atenLogaddexp2(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 1 : max(a, b) + log1p(exp2(-abs(a - b))) * 1.4426950408889634 }
  }
  private static func atenXlogy(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log(b) }
  }
  private static func atenSpecialXlog1py(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log1p(b) }
  }
  private static func atenLdexp(_ call: Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in a * exp2(b) } }
  private static func atenIgamma(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: false) }
  }
  private static func atenIgammac(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: true) }
  }
  private static func atenNextafter(_ call: Call) throws(LiteError) -> Value { try nextAfter(call) }
  private static func atenHeaviside(_ call: Call) throws(LiteError) -> Value { try heaviside(call) }
  private static func atenGcd(_ call: Call) throws(LiteError) -> Value {
    try integers(call) { (a, b, _) in greatestCommonDivisor(a, b) }
  }
  private static func atenLcm(_ call: Call) throws(LiteError) -> Value {
    try integers(call) { (a, b, _) in leastCommonMultiple(a, b) }
  }

  // MARK: Entries for families

  /// An operator of floats; integers become float32.
  @inline(never)
  static func floats(_ call: Call, _ body: Pointwise.DoubleBody) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    return .tensor(try Pointwise.doubles(call, operands, result: TypePromotion(operands).floatResult, body))
  }

  /// An operator of integers only.
  @inline(never)
  private static func integers(_ call: Call, _ body: Pointwise.IntegerBody) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    try call.require(type.isIntegral, 0, "found \(type.name), expected integers")
    return .tensor(try Pointwise.integers(call, operands, result: type, body))
  }

  /// A kernel operator in the type where both meet.
  static func common(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  private static func comparison(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.dequantizedOperand(0)
    let b = try call.dequantizedOperand(1)
    return try Pointwise.binary(
      call, operation, a, b, compute: TypePromotion([a, b]).result, result: .bool, writesBool: true)
  }

  private static func bitwise(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    try call.require(type.isIntegral, 0, "found \(type.name), expected integers or bool")
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  // MARK: Sums

  /// a + alpha * b, a - alpha * b, b - alpha * a.
  private static func addition(_ call: Call) throws(LiteError) -> Value {
    let name = UnsafeBufferPointer(rebasing: call.schema.text(0..<7)[6..<7])
    let isReversed = name[0] == UInt8(ascii: "r")
    let isSum = name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "_")
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    var alpha: Double?
    if let index = call.given("alpha") {
      let value = try call.scalar(index)
      if type.isIntegral, value.isDouble {
        throw call.failure(index, "found a float, expected an integer for tensors of integers")
      }
      if type == .bool, case .int(let number) = value, number != 0, number != 1 {
        throw call.failure(index, "found \(number), expected a bool for tensors of bool")
      }
      if value.double != 1 { alpha = value.double }
    }
    if !isSum, a.tensor?.type == .bool || b.tensor?.type == .bool {
      throw call.failure(0, "found bool, which cannot be subtracted; use logical_xor")
    }
    return try Pointwise.binary(
      call, isSum ? LITE_BINARY_ADD : LITE_BINARY_SUB, isReversed ? b : a, isReversed ? a : b, compute: type, result: type,
      alpha: alpha)
  }

  /// `_add_relu`: a sum without its negative elements.
  static func additionRelu(_ call: Call) throws(LiteError) -> Value {
    let value = try addition(call)
    guard case .tensor(let sum) = value else { return value }
    guard let loop = call.kernels.unary_loop(Int32(LITE_UNARY_RELU), Int32(sum.type.rawValue)) else {
      throw call.failure(0, "found tensors whose sum is of \(sum.type.name), expected numbers with a sign")
    }
    call.context.perform(UnaryLoopStep(loop, (0, 0, 0), sum, sum), [.tensor(sum), .tensor(sum)])
    return value
  }

  // MARK: Quotients

  /// `div`, with or without a rounding mode.
  static func division(_ call: Call) throws(LiteError) -> Value {
    if try call.isText("rounding_mode", "floor") { return try integerDivision(call, LITE_BINARY_DIV_FLOOR) }
    if try call.isText("rounding_mode", "trunc") { return try integerDivision(call, LITE_BINARY_DIV_TRUNC) }
    if let index = call.given("rounding_mode") { throw call.failure(index, "expected None, trunc or floor") }
    return try trueDivision(call)
  }

  static func trueDivision(_ call: Call) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).floatResult
    return try Pointwise.binary(call, LITE_BINARY_DIV, a, b, compute: type, result: type)
  }

  /// A division with an integer for a result; integers are not divided by zero.
  static func integerDivision(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    if type.isIntegral, try hasZero(b, call.context) { throw call.failure(1, "ZeroDivisionError: an integer is divided by 0") }
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  private static func hasZero(_ operand: Operand, _ context: Context) throws(LiteError) -> Bool {
    guard let tensor = operand.tensor else { return operand.scalar.int == 0 }
    // A plan must look again.
    context.recorder?.noteRead(of: tensor)
    var found = false
    try ElementRuns(tensor, context, .int64).forEach { (elements, count) in
      for index in 0..<count where elements.integers[index] == 0 { found = true }
    }
    return found
  }

  // MARK: Powers

  private static func power(_ call: Call) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    if type.isIntegral, b.tensor == nil, b.scalar.int < 0 {
      throw call.failure(1, "found \(b.scalar.int); integers have no negative integer powers")
    }
    if b.tensor == nil, type.isFloatingPoint {
      // What PyTorch computes without pow, and so more exactly.
      if b.scalar.double == 2 { return try Pointwise.unary(call, LITE_UNARY_SQUARE, a, compute: type, result: type) }
      if b.scalar.double == 0.5 { return try Pointwise.unary(call, LITE_UNARY_SQRT, a, compute: type, result: type) }
    }
    return try Pointwise.binary(call, LITE_BINARY_POW, a, b, compute: type == .bool ? .int64 : type, result: type)
  }

  private static func floatPower(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    return .tensor(try Pointwise.doubles(call, operands, result: .float64) { (a, b, _) in pow(a, b) })
  }

  // MARK: Others

  /// `fmax`, `fmin`: NaN loses.
  private static func extremum(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    guard type.isFloatingPoint else { return try common(call, isMaximum ? LITE_BINARY_MAXIMUM : LITE_BINARY_MINIMUM) }
    return .tensor(try Pointwise.doubles(call, operands, result: type) { (a, b, _) in isMaximum ? fmax(a, b) : fmin(a, b) })
  }

  private static func heaviside(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    return .tensor(
      try Pointwise.doubles(call, operands, result: TypePromotion(operands).result) { (a, b, _) in
        a == 0 ? b : a < 0 ? 0 : a > 0 ? 1 : 0
      })
  }

  private static func nextAfter(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    return .tensor(
      try Pointwise.doubles(call, operands, result: type) { (a, b, _) in
        type == .float32 ? Double(nextafterf(Float(a), Float(b))) : nextafter(a, b)
      })
  }

  private static func shift(_ call: Call, isLeft: Bool) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    if !type.isIntegral {
      // PyTorch defines `<<` of floats as a product with a power of two.
      return .tensor(try Pointwise.doubles(call, operands, result: type) { (a, b, _) in a * exp2(isLeft ? b : -b) })
    }
    let bits = Int64(type.size * 8)
    return .tensor(
      try Pointwise.integers(call, operands, result: type) { (a, b, _) in
        let isOutside = b < 0 || b >= bits
        if isLeft { return isOutside ? 0 : a << b }
        return isOutside ? (a < 0 ? -1 : 0) : a >> b
      })
  }

  static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var a = a.magnitude
    var b = b.magnitude
    while b != 0 { (a, b) = (b, a % b) }
    return Int64(truncatingIfNeeded: a)
  }

  static func leastCommonMultiple(_ a: Int64, _ b: Int64) -> Int64 {
    let divisor = greatestCommonDivisor(a, b)
    if divisor == 0 { return 0 }
    return Int64(truncatingIfNeeded: (a.magnitude / divisor.magnitude &* b.magnitude))
  }
}
