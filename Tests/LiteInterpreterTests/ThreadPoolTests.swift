import CLiteKernels
import CLitePlatform
import Foundation
import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// How work is divided among threads.
@Suite struct ThreadPoolTests {
  /// What the shares of one piece of work leave behind.
  private struct Marks {
    /// How often each share was done.
    let done: UnsafeMutablePointer<Int32>
    /// Whether a worker has a share at this moment.
    let isBusy: UnsafeMutablePointer<Int32>
    /// Shares that began while their worker had another.
    let collisions: UnsafeMutablePointer<Int32>
  }

  /// Every share is done once, and none meets another of the same worker, with more and fewer shares than threads,
  /// more threads than processors, and pauses that let workers fall asleep.
  @Test(arguments: [1, 2, 3, 5, 16]) func everyShareIsDoneOnce(threads: Int) throws {
    let pool = try #require(lite_threads_create(Int32(threads)))
    defer { lite_threads_destroy(pool) }
    let most = 300
    let marks = Marks(done: .allocate(capacity: most), isBusy: .allocate(capacity: threads), collisions: .allocate(capacity: 1))
    defer {
      marks.done.deallocate()
      marks.isBusy.deallocate()
      marks.collisions.deallocate()
    }
    marks.isBusy.initialize(repeating: 0, count: threads)
    marks.collisions.initialize(to: 0)
    for round in 0..<600 {
      let shares = round % 3 == 0 ? most : 1 + round % 20
      marks.done.initialize(repeating: 0, count: most)
      withUnsafePointer(to: marks) {
        lite_threads_run(
          pool,
          { (context, share, worker) in
            let marks = context!.assumingMemoryBound(to: Marks.self).pointee
            if marks.isBusy[Int(worker)] != 0 { marks.collisions.pointee = 1 }
            marks.isBusy[Int(worker)] = 1
            marks.done[Int(share)] += 1
            // Shares differ in length, so that there is something to take from others.
            if share % 7 == 0 { for _ in 0..<200 { lite_spin_pause() } }
            marks.isBusy[Int(worker)] = 0
          }, $0, Int32(shares))
      }
      for share in 0..<most { #expect(marks.done[share] == (share < shares ? 1 : 0)) }
      if round % 100 == 99 { usleep(1000) }
    }
    #expect(marks.collisions.pointee == 0)
  }

  /// Rows and channels of a product are covered exactly, whatever the number of shares.
  @Test func partsOfAProductCoverIt() throws {
    let table = try KernelTier.scalar.kernels.pointee
    for rows in [1, 3, 16, 17, 49, 196, 784] {
      for channels in [1, 8, 15, 16, 31, 160, 1000] {
        let shares = ProductShares(rows: rows, channels: channels, depth: 24, table)
        for count in 1...min(12, shares.count) {
          var covered = [Int](repeating: 0, count: rows * channels)
          for index in 0..<count {
            let part = shares.part(StepShare(index: index, count: count, worker: 0))
            #expect(part.weightOffset == table.packed_gemm_s8_size(part.channels.lowerBound, 1, 24))
            for row in part.rows { for channel in part.channels { covered[row * channels + channel] += 1 } }
          }
          #expect(covered.allSatisfy { $0 == 1 }, "\(rows) rows, \(channels) channels, \(count) shares")
        }
      }
    }
  }

  /// The last layers of a network for 224×224 have 7×7 pixels; few rows are divided as evenly as many.
  @Test(arguments: [2, 3, 4]) func partsOfAProductAreEven(threads: Int) throws {
    let table = try KernelTier.scalar.kernels.pointee
    for (rows, channels) in [(49, 160), (49, 960), (49, 1280), (196, 384), (1, 1000), (12544, 32)] {
      let shares = ProductShares(rows: rows, channels: channels, depth: 64, table)
      let largest =
        (0..<threads).map { index in
          let part = shares.part(StepShare(index: index, count: threads, worker: 0))
          return part.rows.count * part.channels.count
        }.max() ?? 0
      let ideal = Double(rows * channels) / Double(threads)
      #expect(Double(largest) <= 1.25 * ideal, "\(rows) rows, \(channels) channels: \(largest), ideally \(ideal)")
    }
  }
}

/// Records of the file that a model no longer needs.
@Suite struct ReleasedRecordTests {
  private static let path = Paths.examples.appendingPathComponent("digits/digits_int8.ptl").path

  @Test func packedWeightsAreReleased() throws {
    let program = try Program(path: Self.path)
    let model = try Model(program, releasesRecords: true)
    #expect(program.records.allSatisfy { $0 == nil })
    // Biases are used as they are.
    #expect(model.weightMemory.copied < program.weightByteCount / 4)
    #expect(model.weightMemory.packed > 0)
    #expect(throws: LiteError.self) { try Model(program) }
  }

  /// A program stays whole unless it is said that it belongs to one model.
  @Test func aProgramMayHaveTwoModels() throws {
    let program = try Program(path: Self.path)
    _ = try Model(program)
    let model = try Model(program)
    #expect(program.records.allSatisfy { $0 != nil })
    #expect(model.weightMemory.copied < program.weightByteCount / 4)
  }

  /// Its program asks for weights as they were before packing.
  @Test func unpackedWeightsAreKept() throws {
    let folder = Paths.fixtures.appendingPathComponent("operators/quantized_parameters_convolution")
    let model = try Model(path: folder.appendingPathComponent("model.ptl").path)
    #expect(model.linkage.unpacksWeights)
    #expect(FixtureModel(folder: folder).replay().problems.isEmpty)
  }
}
