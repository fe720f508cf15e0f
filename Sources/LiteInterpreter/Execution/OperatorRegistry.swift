import LiteFormat

/// All operators of this build: one closed table, no registration at run time.
enum OperatorRegistry {
  /// One table a family; each family is a file in `Operators`.
  static var families: [[Operator]] {
    [
      ScalarArithmetic.operators, ScalarMath.operators, ComplexOperators.operators, Comparison.operators, Conversions.operators,
      StringCharacters.operators, StringSearch.operators, StringBuilding.operators, Lists.operators, ListItems.operators,
      Dicts.operators, TensorsFromLists.operators, Devices.operators, Promoted.operators,
      Convolution.operators, Prepacked.operators, MatrixProducts.operators, Pooling.operators, NormalizationLayers.operators,
      Softmax.operators,
      QuantizedNormalization.operators, Padding.operators, Activations.operators, QuantizedActivations.operators,
      Recurrent.operators,
      PackedSequences.operators, Embedding.operators, QuantizedEmbedding.operators, Resampling.operators, Shuffling.operators,
      Attention.operators, Dropout.operators, Unfolding.operators, RarePooling.operators, Contraction.operators,
      GridSampling.operators,
      Arithmetic.operators, Unary.operators, Conversion.operators, Creation.operators, Reductions.operators, Selection.operators,
      Ordering.operators, Indexing.operators, Rearranging.operators, Searching.operators, Random.operators, Losses.operators,
      Distances.operators, Products.operators,
      LinearSystems.operators, OrthogonalFactors.operators, Spectra.operators, MatrixFunctions.operators,
      QuantizedConvolution.operators, QuantizedConvolutionParts.operators, QuantizationParameters.operators,
      QuantizedLinear.operators, QuantizedElementwise.operators, QuantizedScalars.operators,
      Quantize.operators,
      ShapeQueries.operators, Views.operators, InPlaceViews.operators, Splitting.operators, Joining.operators,
    ]
  }

  /// The operator of this name and overload, or the one that replaces it in files this old.
  // Only this module emits the tables: an Embedded module's bodies are emitted again in its importers otherwise.
  @inline(never) @export(interface)
  static func find(_ name: [UInt8], _ overload: [UInt8], fileVersion: Int) -> Operator? {
    Upgraders.find(name, overload, fileVersion: fileVersion) ?? index.find(name, overload)
  }

  /// Where each operator is; made on first use.
  private static let index = OperatorIndex(families)

  /// How many operators there are, overloads counted.
  static var count: Int {
    @inline(never) @export(interface) get { families.reduce(0) { $0 + $1.count } }
  }
}
