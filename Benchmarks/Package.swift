// swift-tools-version: 6.2
import PackageDescription

/// Apart from the analyzer's own package, so that nobody builds it who only wants the program.
let package = Package(
    name: "benchmarks",
    targets: [.executableTarget(name: "make-capture")]
)
