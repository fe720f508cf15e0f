import Foundation
import TestSupport

// Mutations PROGRAM COUNT [SEED [MODELS [KEEP]]]: damages models in COUNT ways and runs each through `PROGRAM verify` and
// `PROGRAM run`, with limits. Whatever the damage, a process must end by itself with a documented exit code, within two
// seconds of processor time and 256 MB. Ends with status 1 if one did not; KEEP receives such files.
//
// The models are the small ones of Tests/Fixtures, and in every fifth case one of the folder MODELS.

/// What the shipped program may take, and the limits it is given to stay within that.
private let limits = ["--limit", "memory=96M", "--limit", "work=500M", "--limit", "steps=1M", "--limit", "inflated=64M"]
private let allowedSeconds = 2.0
private let allowedBytes = 256 << 20
private let documentedCodes: ClosedRange<Int32> = 0...6

/// A model and how to run it.
private struct Source {
  let path: String
  /// `--method NAME -i FILE ...` of a recorded case.
  let inputs: [String]

  init(_ fixture: FixtureModel) {
    let model = fixture.folder.appendingPathComponent("model.ptl")
    path = model.path
    var inputs: [String] = []
    for folder in fixture.cases.prefix(3) {
      if let words = try? CommandLineCase(folder)?.arguments(model: model) {
        inputs = Array(words.dropFirst(2).prefix { $0 != "--expect" })
        break
      }
    }
    self.inputs = inputs
  }

  var bytes: [UInt8] { [UInt8]((FileManager.default.contents(atPath: path) ?? Data())) }
}

/// The results of one command, counted.
private struct Tally {
  var codes: [Int32: Int] = [:]
  var longest = 0.0
  var longestWall = 0.0
  var largest = 0

  mutating func add(_ run: MeasuredRun) {
    codes[run.code ?? -1, default: 0] += 1
    longest = max(longest, run.cpuSeconds)
    longestWall = max(longestWall, run.wallSeconds)
    largest = max(largest, run.residentBytes)
  }

  var description: String {
    let list = codes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return String(
      format: "exit codes %@; at most %.2f s of processor time (%.2f s by the clock), %d MB", list, longest, longestWall,
      largest >> 20)
  }
}

private let words = CommandLine.arguments
guard words.count >= 3, let count = Int(words[2]) else {
  print("usage: Mutations PROGRAM COUNT [SEED [MODELS [KEEP]]]")
  exit(2)
}
private let program = words[1]
private let seed = words.count > 3 ? UInt64(words[3]) ?? 1 : 1
private let fixtures = Paths.fixtures.appendingPathComponent("operators")
private let small = FixtureModel.all(in: fixtures).map { Source($0) }.filter { !$0.inputs.isEmpty && $0.bytes.count < 100_000 }
private let large =
  words.count > 4 && !words[4].isEmpty ? FixtureModel.all(in: URL(fileURLWithPath: words[4])).map { Source($0) } : []
private let keep = words.count > 5 ? words[5] : NSTemporaryDirectory()
guard !small.isEmpty else {
  print("there are no models in \(fixtures.path)")
  exit(2)
}

private let file = NSTemporaryDirectory() + "lite-mutant-\(getpid()).ptl"
private var verify = Tally()
private var run = Tally()
private var violations = 0
private let start = Date()
for index in 0..<count {
  var random = RandomSource(seed &* 0x1_0000_0000 &+ UInt64(index))
  let isLarge = !large.isEmpty && random.below(5) == 0
  let sources = isLarge ? large : small
  let source = sources[random.below(sources.count)]
  let other = sources[random.below(sources.count)]
  let mutant = Mutant(of: source.bytes, with: other.bytes, random)
  guard FileManager.default.createFile(atPath: file, contents: Data(mutant.bytes)) else {
    print("cannot write \(file)")
    exit(2)
  }
  for (command, arguments) in [("verify", ["verify", file] + limits), ("run", ["run", file] + source.inputs + limits)] {
    let measured = try MeasuredRun([program] + arguments, timeout: 60)
    if command == "verify" { verify.add(measured) } else { run.add(measured) }
    var problem: String?
    if measured.didTimeOut {
      problem = "did not end"
    } else if let signal = measured.signal {
      problem = "signal \(signal)"
    } else if let code = measured.code, !documentedCodes.contains(code) {
      problem = "exit code \(code)"
    } else if measured.cpuSeconds > allowedSeconds {
      problem = "\(measured.cpuSeconds) s"
    } else if measured.residentBytes > allowedBytes {
      problem = "\(measured.residentBytes >> 20) MB"
    }
    if let problem {
      violations += 1
      let kept = "\(keep)/mutant-\(seed)-\(index)-\(command).ptl"
      _ = FileManager.default.createFile(atPath: kept, contents: Data(mutant.bytes))
      print("\(command) \(source.path) (\(mutant.kind)): \(problem); kept as \(kept); \(source.inputs.joined(separator: " "))")
      fflush(nil)
    }
  }
  if (index + 1) % 1000 == 0 {
    print("\(index + 1) of \(count), \(Int(Date().timeIntervalSince(start))) s")
    fflush(nil)
  }
}
try? FileManager.default.removeItem(atPath: file)
print("\(count) mutants of \(small.count + large.count) models, seed \(seed), \(Int(Date().timeIntervalSince(start))) s")
print("verify: \(verify.description)")
print("run: \(run.description)")
print(violations == 0 ? "no violation" : "\(violations) violations")
exit(violations == 0 ? 0 : 1)
