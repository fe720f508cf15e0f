import CLiteKernels
import CLitePlatform
import LiteFormat

/// Arithmetic, comparison and logic of two tensors, or a tensor and a number.
enum Arithmetic {
  static func declare(in table: inout OperatorTable) {
    table.add("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", atenAdd)
    table.add(
      """
      aten::_add_relu.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      aten::_add_relu.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      aten::_add_relu.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)
      aten::_add_relu_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
      aten::_add_relu_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
      """, atenAddRelu)
    table.add(
      """
      aten::add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      aten::add.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)
      aten::add.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out) -> Tensor(a!)
      aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
      aten::add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
      aten::sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      aten::sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      aten::sub.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)
      aten::sub.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out) -> Tensor(a!)
      aten::sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
      aten::sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
      """, atenAdd)
    table.add(
      """
      aten::subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      aten::subtract.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)
      aten::subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      aten::subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)
      aten::subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)
      """, atenSubtract)
    table.add(
      """
      aten::rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor
      aten::rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor
      aten::rsub.Tensor_out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)
      aten::rsub.Scalar_out(Tensor self, Scalar other, Scalar alpha=1, *, Tensor(a!) out) -> Tensor(a!)
      """, atenRsub)
    table.add(
      """
      aten::mul.Tensor(Tensor self, Tensor other) -> Tensor
      aten::mul.Scalar(Tensor self, Scalar other) -> Tensor
      aten::mul.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::mul.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::multiply.Tensor(Tensor self, Tensor other) -> Tensor
      aten::multiply.Scalar(Tensor self, Scalar other) -> Tensor
      aten::multiply.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenMul)
    table.add(
      """
      aten::div.Tensor(Tensor self, Tensor other) -> Tensor
      aten::div.Scalar(Tensor self, Scalar other) -> Tensor
      aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor
      aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor
      aten::div.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::div.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)
      aten::div.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::div.Scalar_mode_out(Tensor self, Scalar other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)
      aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)
      aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)
      aten::divide.Tensor(Tensor self, Tensor other) -> Tensor
      aten::divide.Scalar(Tensor self, Scalar other) -> Tensor
      aten::divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor
      aten::divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor
      aten::divide.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::divide.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)
      aten::divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)
      aten::divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)
      aten::divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenDiv)
    table.add(
      """
      aten::true_divide.Tensor(Tensor self, Tensor other) -> Tensor
      aten::true_divide.Scalar(Tensor self, Scalar other) -> Tensor
      aten::true_divide.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenTrueDivide)
    table.add(
      """
      aten::floor_divide(Tensor self, Tensor other) -> Tensor
      aten::floor_divide.Scalar(Tensor self, Scalar other) -> Tensor
      aten::floor_divide.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::floor_divide.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenFloorDivide)
    table.add(
      """
      aten::remainder.Tensor(Tensor self, Tensor other) -> Tensor
      aten::remainder.Scalar(Tensor self, Scalar other) -> Tensor
      aten::remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::remainder.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::remainder.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::remainder.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenRemainder)
    table.add(
      """
      aten::fmod.Tensor(Tensor self, Tensor other) -> Tensor
      aten::fmod.Scalar(Tensor self, Scalar other) -> Tensor
      aten::fmod.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::fmod.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenFmod)
    table.add(
      """
      aten::pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor
      aten::pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor
      aten::pow.Scalar(Scalar self, Tensor exponent) -> Tensor
      aten::pow.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::pow.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::pow.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)
      aten::pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)
      """, atenPow)
    table.add(
      """
      aten::float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor
      aten::float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor
      aten::float_power.Scalar(Scalar self, Tensor exponent) -> Tensor
      aten::float_power.Tensor_Tensor_out(Tensor self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::float_power.Scalar_out(Scalar self, Tensor exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::float_power.Tensor_Scalar_out(Tensor self, Scalar exponent, *, Tensor(a!) out) -> Tensor(a!)
      aten::float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)
      aten::float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)
      """, atenFloatPower)
    table.add(
      """
      aten::maximum(Tensor self, Tensor other) -> Tensor
      aten::maximum.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::max.other(Tensor self, Tensor other) -> Tensor
      aten::max.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenMaximum)
    table.add(
      """
      aten::minimum(Tensor self, Tensor other) -> Tensor
      aten::minimum.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::min.other(Tensor self, Tensor other) -> Tensor
      aten::min.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenMinimum)
    table.add(
      """
      aten::fmax(Tensor self, Tensor other) -> Tensor
      aten::fmax.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenFmax)
    table.add(
      """
      aten::fmin(Tensor self, Tensor other) -> Tensor
      aten::fmin.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenFmin)
    table.add(
      """
      aten::eq.Tensor(Tensor self, Tensor other) -> Tensor
      aten::eq.Scalar(Tensor self, Scalar other) -> Tensor
      aten::eq.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::eq.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::eq.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      aten::eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenEq)
    table.add(
      """
      aten::ne.Tensor(Tensor self, Tensor other) -> Tensor
      aten::ne.Scalar(Tensor self, Scalar other) -> Tensor
      aten::ne.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::ne.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::ne.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      aten::ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::not_equal.Tensor(Tensor self, Tensor other) -> Tensor
      aten::not_equal.Scalar(Tensor self, Scalar other) -> Tensor
      aten::not_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::not_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenNe)
    table.add(
      """
      aten::lt.Tensor(Tensor self, Tensor other) -> Tensor
      aten::lt.Scalar(Tensor self, Scalar other) -> Tensor
      aten::lt.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::lt.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::less.Tensor(Tensor self, Tensor other) -> Tensor
      aten::less.Scalar(Tensor self, Scalar other) -> Tensor
      aten::less.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::less.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLt)
    table.add(
      """
      aten::le.Tensor(Tensor self, Tensor other) -> Tensor
      aten::le.Scalar(Tensor self, Scalar other) -> Tensor
      aten::le.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::le.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::less_equal.Tensor(Tensor self, Tensor other) -> Tensor
      aten::less_equal.Scalar(Tensor self, Scalar other) -> Tensor
      aten::less_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::less_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLe)
    table.add(
      """
      aten::gt.Tensor(Tensor self, Tensor other) -> Tensor
      aten::gt.Scalar(Tensor self, Scalar other) -> Tensor
      aten::gt.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::gt.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::greater.Tensor(Tensor self, Tensor other) -> Tensor
      aten::greater.Scalar(Tensor self, Scalar other) -> Tensor
      aten::greater.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::greater.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenGt)
    table.add(
      """
      aten::ge.Tensor(Tensor self, Tensor other) -> Tensor
      aten::ge.Scalar(Tensor self, Scalar other) -> Tensor
      aten::ge.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::ge.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::greater_equal.Tensor(Tensor self, Tensor other) -> Tensor
      aten::greater_equal.Scalar(Tensor self, Scalar other) -> Tensor
      aten::greater_equal.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::greater_equal.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenGe)
    table.add(
      """
      aten::logical_and(Tensor self, Tensor other) -> Tensor
      aten::logical_and.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLogicalAnd)
    table.add(
      """
      aten::logical_or(Tensor self, Tensor other) -> Tensor
      aten::logical_or.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLogicalOr)
    table.add(
      """
      aten::logical_xor(Tensor self, Tensor other) -> Tensor
      aten::logical_xor.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLogicalXor)
    table.add(
      """
      aten::bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor
      aten::bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor
      aten::bitwise_and.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::bitwise_and.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_and.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_and.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::__and__.Scalar(Tensor self, Scalar other) -> Tensor
      aten::__and__.Tensor(Tensor self, Tensor other) -> Tensor
      aten::__and__.bool(bool a, bool b) -> bool
      aten::__and__.int(int a, int b) -> int
      aten::__iand__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__iand__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenBitwiseAnd)
    table.add(
      """
      aten::bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor
      aten::bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor
      aten::bitwise_or.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::bitwise_or.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_or.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_or.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::__or__.Tensor(Tensor self, Tensor other) -> Tensor
      aten::__or__.Scalar(Tensor self, Scalar other) -> Tensor
      aten::__or__.bool(bool a, bool b) -> bool
      aten::__or__.int(int a, int b) -> int
      aten::__ior__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__ior__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenBitwiseOr)
    table.add(
      """
      aten::bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor
      aten::bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor
      aten::bitwise_xor.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::bitwise_xor.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_xor.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_xor.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::__xor__.Tensor(Tensor self, Tensor other) -> Tensor
      aten::__xor__.Scalar(Tensor self, Scalar other) -> Tensor
      aten::__xor__.bool(bool a, bool b) -> bool
      aten::__xor__.int(int a, int b) -> int
      aten::__ixor__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__ixor__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenBitwiseXor)
    table.add(
      """
      aten::bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor
      aten::bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor
      aten::bitwise_left_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::bitwise_left_shift.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_left_shift.Tensor_Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_left_shift.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__lshift__.Tensor(Tensor self, Tensor other) -> Tensor
      aten::__lshift__.Scalar(Tensor self, Scalar other) -> Tensor
      aten::__lshift__.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::__lshift__.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::__lshift__.int(int a, int b) -> int
      aten::__ilshift__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__ilshift__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenBitwiseLeftShift)
    table.add(
      """
      aten::bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor
      aten::bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor
      aten::bitwise_right_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor
      aten::bitwise_right_shift.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_right_shift.Tensor_Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_right_shift.Scalar_Tensor_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__rshift__.Tensor(Tensor self, Tensor other) -> Tensor
      aten::__rshift__.Scalar(Tensor self, Scalar other) -> Tensor
      aten::__rshift__.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::__rshift__.Tensor_out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::__rshift__.int(int a, int b) -> int
      aten::__irshift__.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::__irshift__.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenBitwiseRightShift)
    table.add(
      """
      aten::atan2(Tensor self, Tensor other) -> Tensor
      aten::atan2.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::arctan2(Tensor self, Tensor other) -> Tensor
      aten::arctan2.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenAtan2)
    table.add(
      """
      aten::hypot(Tensor self, Tensor other) -> Tensor
      aten::hypot.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenHypot)
    table.add(
      """
      aten::copysign.Tensor(Tensor self, Tensor other) -> Tensor
      aten::copysign.Scalar(Tensor self, Scalar other) -> Tensor
      aten::copysign.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::copysign.Scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)
      """, atenCopysign)
    table.add(
      """
      aten::logaddexp(Tensor self, Tensor other) -> Tensor
      aten::logaddexp.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenLogaddexp)
    table.add(
      """
      aten::logaddexp2(Tensor self, Tensor other) -> Tensor
      aten::logaddexp2.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenLogaddexp2)
    table.add(
      """
      aten::xlogy.Tensor(Tensor self, Tensor other) -> Tensor
      aten::xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor
      aten::xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor
      aten::xlogy.OutTensor(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::xlogy.OutScalar_Self(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::xlogy.OutScalar_Other(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      aten::xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)
      aten::special_xlogy(Tensor self, Tensor other) -> Tensor
      aten::special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor
      aten::special_xlogy.self_scalar(Scalar self, Tensor other) -> Tensor
      aten::special_xlogy.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::special_xlogy.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::special_xlogy.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenXlogy)
    table.add(
      """
      aten::special_xlog1py(Tensor self, Tensor other) -> Tensor
      aten::special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor
      aten::special_xlog1py.self_scalar(Scalar self, Tensor other) -> Tensor
      aten::special_xlog1py.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::special_xlog1py.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::special_xlog1py.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenSpecialXlog1py)
    table.add(
      """
      aten::ldexp.Tensor(Tensor self, Tensor other) -> Tensor
      aten::ldexp.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLdexp)
    table.add(
      """
      aten::igamma(Tensor self, Tensor other) -> Tensor
      aten::igamma.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::special_gammainc(Tensor self, Tensor other) -> Tensor
      aten::special_gammainc.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenIgamma)
    table.add(
      """
      aten::igammac(Tensor self, Tensor other) -> Tensor
      aten::igammac.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      aten::special_gammaincc(Tensor self, Tensor other) -> Tensor
      aten::special_gammaincc.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      """, atenIgammac)
    table.add(
      """
      aten::nextafter(Tensor self, Tensor other) -> Tensor
      aten::nextafter.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenNextafter)
    table.add(
      """
      aten::heaviside(Tensor self, Tensor values) -> Tensor
      aten::heaviside.out(Tensor self, Tensor values, *, Tensor(a!) out) -> Tensor(a!)
      aten::heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)
      """, atenHeaviside)
    table.add(
      """
      aten::gcd(Tensor self, Tensor other) -> Tensor
      aten::gcd.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenGcd)
    table.add(
      """
      aten::lcm(Tensor self, Tensor other) -> Tensor
      aten::lcm.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)
      aten::lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)
      """, atenLcm)
  }

  // MARK: What the table refers to

  private static func atenMaximum(_ call: inout Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MAXIMUM) }
  private static func atenMinimum(_ call: inout Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MINIMUM) }
  private static func atenAdd(_ call: inout Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenAddRelu(_ call: inout Call) throws(LiteError) -> Value { try additionRelu(call) }
  private static func atenSubtract(_ call: inout Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenRsub(_ call: inout Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenMul(_ call: inout Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MUL) }
  private static func atenDiv(_ call: inout Call) throws(LiteError) -> Value { try division(call) }
  private static func atenTrueDivide(_ call: inout Call) throws(LiteError) -> Value { try trueDivision(call) }
  private static func atenFloorDivide(_ call: inout Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_DIV_FLOOR)
  }
  private static func atenRemainder(_ call: inout Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_REMAINDER)
  }
  private static func atenFmod(_ call: inout Call) throws(LiteError) -> Value { try integerDivision(call, LITE_BINARY_FMOD) }
  private static func atenPow(_ call: inout Call) throws(LiteError) -> Value { try power(call) }
  private static func atenFloatPower(_ call: inout Call) throws(LiteError) -> Value { try floatPower(call) }
  private static func atenFmax(_ call: inout Call) throws(LiteError) -> Value { try extremum(call, isMaximum: true) }
  private static func atenFmin(_ call: inout Call) throws(LiteError) -> Value { try extremum(call, isMaximum: false) }
  private static func atenEq(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_EQ) }
  private static func atenNe(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_NE) }
  private static func atenLt(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LT) }
  private static func atenLe(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LE) }
  private static func atenGt(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GT) }
  private static func atenGe(_ call: inout Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GE) }
  private static func atenLogicalAnd(_ call: inout Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_AND)
  }
  private static func atenLogicalOr(_ call: inout Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_OR)
  }
  private static func atenLogicalXor(_ call: inout Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_XOR)
  }
  private static func atenBitwiseAnd(_ call: inout Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_AND) }
  private static func atenBitwiseOr(_ call: inout Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_OR) }
  private static func atenBitwiseXor(_ call: inout Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_XOR) }
  private static func atenBitwiseLeftShift(_ call: inout Call) throws(LiteError) -> Value { try shift(call, isLeft: true) }
  private static func atenBitwiseRightShift(_ call: inout Call) throws(LiteError) -> Value { try shift(call, isLeft: false) }
  private static func atenAtan2(_ call: inout Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in atan2(a, b) } }
  private static func atenHypot(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in lite_hypotenuse(a, b) }
  }
  private static func atenCopysign(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in copysign(a, b) }
  }
  private static func atenLogaddexp(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 0.6931471805599453 : max(a, b) + log1p(exp(-abs(a - b))) }
  }
  private static func atenLogaddexp2(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 1 : max(a, b) + log1p(exp2(-abs(a - b))) * 1.4426950408889634 }
  }
  private static func atenXlogy(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log(b) }
  }
  private static func atenSpecialXlog1py(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log1p(b) }
  }
  private static func atenLdexp(_ call: inout Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in a * exp2(b) } }
  private static func atenIgamma(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: false) }
  }
  private static func atenIgammac(_ call: inout Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: true) }
  }
  private static func atenNextafter(_ call: inout Call) throws(LiteError) -> Value { try nextAfter(call) }
  private static func atenHeaviside(_ call: inout Call) throws(LiteError) -> Value { try heaviside(call) }
  private static func atenGcd(_ call: inout Call) throws(LiteError) -> Value {
    try integers(call) { (a, b, _) in greatestCommonDivisor(a, b) }
  }
  private static func atenLcm(_ call: inout Call) throws(LiteError) -> Value {
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
