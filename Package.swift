// swift-tools-version: 6.2
import PackageDescription

// Two build modes from the same sources:
//   swift build                                  ordinary Swift: tests, debugger, sanitizers
//   swift build -c release --traits Embedded     Embedded Swift: what ships, no Swift runtime
// All compiler flags of the project are in this file, but one: what ships is optimized as a whole when it is linked,
// with --experimental-lto-mode full (see Makefile).

/// Every Swift target: switches to Embedded Swift when the trait is on.
let mode: [SwiftSetting] = [
  .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
  // Objects of Swift's come from allocation scopes: AllocationHook.swift.
  .unsafeFlags(["-Xcc", "-DLITE_WRAPS_ALLOCATION"], .when(traits: ["Embedded"])),
  .unsafeFlags(
    [
      "-wmo", "-Xfrontend", "-function-sections", "-Xfrontend", "-disable-stack-protector",
      // No unwind tables: nothing unwinds. Debuggers use the debug information, for frames too.
      "-Xcc", "-fno-asynchronous-unwind-tables", "-Xcc", "-fno-unwind-tables", "-Xcc", "-fomit-frame-pointer",
      // One trap a function, not one a check.
      "-Xfrontend", "-mergeable-traps",
      // It makes functions without a name, which bitcode for the linker cannot hold. The linker folds functions itself.
      "-Xfrontend", "-disable-llvm-merge-functions-pass",
    ], .when(traits: ["Embedded"])),
]

/// Everything but kernels is built for size.
let small: [SwiftSetting] =
  mode + [
    .unsafeFlags(["-Osize"], .when(configuration: .release)),
    .unsafeFlags(
      [
        "-enforce-exclusivity=unchecked",
        // No copies of a function for each closure that it is called with.
        "-Xllvm", "-sil-disable-pass=closure-specialize", "-Xllvm", "-sil-disable-pass=capture-prop",
      ], .when(traits: ["Embedded"])),
  ]

/// Kernels are built for speed, in debug builds too: an unoptimized inner loop makes the tests crawl.
let fast: [SwiftSetting] = mode + [.unsafeFlags(["-O", "-wmo"])]

/// libc is always there. What ships is linked by lld, which drops unused symbols, folds equal functions, and on ARM makes
/// functions of runs of instructions that occur more than once; not in kernels, which are built for speed.
let system: [LinkerSetting] = [
  .linkedLibrary("zip"), .linkedLibrary("m"), .linkedLibrary("pthread"),
  .unsafeFlags(
    ["-use-ld=lld"]
      + [
        "--gc-sections", "--icf=all", "-z", "max-page-size=16384",
        "-mllvm", "-machine-outliner-reruns=2",
        // What had to be inlined was inlined when the modules were compiled. What is left is no gain, least of all swift_retain.
        "-mllvm", "-inline-threshold=-30",
      ].flatMap { ["-Xlinker", $0] },
    .when(traits: ["Embedded"])),
]

/// For programs that hold the engine, which has the functions that calls are led to.
let wrapping: [LinkerSetting] =
  system + [
    .unsafeFlags(["-Xlinker", "--wrap=posix_memalign", "-Xlinker", "--wrap=free"], .when(traits: ["Embedded"]))
  ]

/// The program that libFuzzer drives has its main function from there, so it is built on demand only: `make fuzz`.
let fuzzing: [Target] =
  Context.environment["LITE_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main", swiftSettings: [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: system)
  ]

let package = Package(
  name: "Lite",
  products: [
    .library(name: "Lite", targets: ["CLiteAPI"]),
    .executable(name: "literun", targets: ["literun"]),
  ],
  traits: [.trait(name: "Embedded", description: "Build without a Swift runtime, as it ships.")],
  targets: [
    // C headers that Swift imports.
    .systemLibrary(name: "CLibZip", path: "Sources/CLibZip"),
    .systemLibrary(name: "CLitePlatform", path: "Sources/CLitePlatform"),
    .systemLibrary(name: "CLiteKernels", path: "Sources/CLiteKernels"),
    .systemLibrary(name: "CLiteNEON", path: "Sources/LiteKernelsNEON/include"),
    .systemLibrary(name: "CLite", path: "Sources/CLiteAPI/include"),

    // Mends Embedded Swift's own runtime; empty in ordinary builds. One module with unwind tables gives them to the whole program.
    .target(
      name: "CLiteRuntime", exclude: ["README.md"],
      cSettings: [
        .define("LITE_EMBEDDED", .when(traits: ["Embedded"])),
        .unsafeFlags(["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fomit-frame-pointer"]),
      ]),

    // The engine. Arrows run one way; kernels are reached through CLiteKernels only.
    .target(
      name: "LiteFormat", dependencies: ["CLibZip", "CLitePlatform", "CLiteRuntime"], exclude: ["README.md"], swiftSettings: small
    ),
    .target(
      name: "LiteKernelsScalar", dependencies: ["CLiteKernels", "CLitePlatform"], exclude: ["README.md"], swiftSettings: fast),
    .target(
      name: "LiteKernelsNEON", dependencies: ["CLiteKernels", "CLitePlatform", "CLiteNEON"], exclude: ["README.md", "include"],
      // What must be inlined says so; copies of the rest for each closure do not pay.
      swiftSettings: fast + [.unsafeFlags(["-Xllvm", "-sil-disable-pass=closure-specialize"], .when(traits: ["Embedded"]))]),
    .target(
      name: "LiteInterpreter",
      dependencies: ["LiteFormat", "CLiteKernels", "CLitePlatform", "LiteKernelsScalar", "LiteKernelsNEON"],
      exclude: ["README.md"], swiftSettings: small),
    .target(
      name: "CLiteAPI", dependencies: ["CLite", "CLitePlatform", "LiteFormat", "LiteInterpreter"], path: "Sources/CLiteAPI/Swift",
      swiftSettings: small),
    .executableTarget(
      name: "literun", dependencies: ["LiteFormat", "LiteInterpreter", "CLitePlatform", "CLiteAPI"],
      exclude: ["README.md"], swiftSettings: small, linkerSettings: wrapping),

    // Compares kernel tiers on the processor it runs on; in both modes, since the vector tiers exist on ARM only.
    .executableTarget(
      name: "KernelCheck", dependencies: ["CLiteKernels", "CLitePlatform", "LiteKernelsScalar", "LiteKernelsNEON"],
      path: "Tests/KernelCheck", swiftSettings: fast, linkerSettings: system),

    // Counts allocations and locks of the process: a steady run has none.
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .executableTarget(
      name: "AllocationCheck", dependencies: ["AllocationCounter", "LiteInterpreter", "LiteFormat", "TestSupport"],
      path: "Tests/AllocationCheck", linkerSettings: system),

    // Lets every allocation fail; in both modes, since Swift's own objects are of interest in what ships.
    .executableTarget(
      name: "AllocationSweep", dependencies: ["LiteInterpreter", "LiteFormat", "CLitePlatform"], path: "Tests/AllocationSweep",
      swiftSettings: small, linkerSettings: wrapping),

    // One model on eight threads, for ThreadSanitizer.
    .executableTarget(
      name: "ThreadCheck", dependencies: ["LiteInterpreter", "LiteFormat", "TestSupport"], path: "Tests/ThreadCheck",
      linkerSettings: system),

    // Tests: ordinary mode only.
    .target(name: "TestSupport", dependencies: ["LiteFormat", "LiteInterpreter"], path: "Tests/TestSupport"),
    .target(
      name: "FuzzTargets", dependencies: ["CLite", "CLiteAPI", "LiteFormat", "LiteInterpreter"], path: "Tests/Fuzz/Targets"),
    // Damages models and runs what ships on them.
    .executableTarget(
      name: "Mutations", dependencies: ["FuzzTargets", "LiteFormat", "TestSupport"], path: "Tests/Mutations",
      linkerSettings: system),
    .testTarget(
      name: "LiteFormatTests", dependencies: ["LiteFormat", "LiteInterpreter", "TestSupport", "FuzzTargets"],
      linkerSettings: system),
    .testTarget(
      name: "LiteKernelsTests", dependencies: ["CLiteKernels", "LiteKernelsScalar", "LiteKernelsNEON", "TestSupport"],
      exclude: ["Fixtures"], linkerSettings: system),
    .testTarget(
      name: "LiteInterpreterTests", dependencies: ["LiteInterpreter", "TestSupport", "AllocationCheck", "AllocationSweep"],
      linkerSettings: system),
    .testTarget(
      name: "CLiteAPITests", dependencies: ["CLiteAPI", "CLite", "TestSupport"], exclude: ["Fixtures"], linkerSettings: system),
    .testTarget(name: "literunTests", dependencies: ["literun", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "EmbeddedTests", dependencies: ["TestSupport", "Mutations"], linkerSettings: system),
  ] + fuzzing
)
