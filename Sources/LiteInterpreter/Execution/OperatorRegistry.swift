import LiteFormat

/// All operators of this build: one closed table, no registration at run time.
enum OperatorRegistry {
  /// What declares the operators of each family; each family is a file in `Operators`.
  private static var families: [(inout OperatorTable) -> Void] {
    [
      ScalarArithmetic.declare, ScalarMath.declare, ComplexOperators.declare, Comparison.declare, Conversions.declare,
      StringCharacters.declare, StringSearch.declare, StringBuilding.declare, Lists.declare, ListItems.declare,
      Dicts.declare, TensorsFromLists.declare, Devices.declare, Promoted.declare,
      ModuleContainers.declare,
      Convolution.declare, Prepacked.declare, MatrixProducts.declare, Pooling.declare, NormalizationLayers.declare,
      Softmax.declare,
      QuantizedNormalization.declare, Padding.declare, Activations.declare, QuantizedActivations.declare,
      Recurrent.declare,
      PackedSequences.declare, Embedding.declare, QuantizedEmbedding.declare, Resampling.declare, Shuffling.declare,
      Attention.declare, Dropout.declare, Unfolding.declare, RarePooling.declare, Contraction.declare,
      GridSampling.declare,
      Arithmetic.declare, Unary.declare, Conversion.declare, Creation.declare, Reductions.declare, Selection.declare,
      Ordering.declare, Indexing.declare, Rearranging.declare, Searching.declare, Random.declare, Losses.declare,
      Distances.declare, Products.declare, ComplexViews.declare, FourierOperators.declare, ShortTimeFourier.declare,
      LinearSystems.declare, OrthogonalFactors.declare, Spectra.declare, MatrixFunctions.declare,
      QuantizedConvolution.declare, QuantizedConvolutionParts.declare, QuantizationParameters.declare,
      QuantizedLinear.declare, QuantizedElementwise.declare, QuantizedScalars.declare, Quantize.declare,
      Special.declare, DerivedOperators.declare, Histograms.declare, Gradients.declare, Segments.declare,
      ShapeQueries.declare, Views.declare, InPlaceViews.declare, Splitting.declare, Joining.declare,
    ]
  }

  /// The operator of this name and overload, or the one that replaces it in files this old.
  // Only this module emits the tables: an Embedded module's bodies are emitted again in its importers otherwise.
  @inline(never) @export(interface)
  static func find(_ name: [UInt8], _ overload: [UInt8], fileVersion: Int) -> Operator? {
    Upgraders.find(name, overload, fileVersion: fileVersion) ?? index.find(name, overload)
  }

  /// All declarations with their functions.
  static var table: OperatorTable {
    var table = OperatorTable()
    for declare in families { declare(&table) }
    return table
  }

  /// Where each operator is; made on first use.
  private static let index = AllocationScope.shared { OperatorIndex(table) }

  /// How many operators there are, overloads counted.
  static var count: Int {
    @inline(never) @export(interface) get { index.count }
  }
}
