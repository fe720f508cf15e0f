import Foundation

/// Places of the repository that tests read.
public enum Paths {
  public static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  public static let fixtures = repository.appendingPathComponent("Tests/Fixtures")
  /// Programs that are built beside the tests.
  public static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
  public static let examples = repository.appendingPathComponent("Examples")
}
