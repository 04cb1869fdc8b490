// swift-tools-version: 6.2
import PackageDescription

/// Settings every target of ours is built with.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What runs per packet: the optimiser sees the whole module at once.
let package = Package(
    name: "brokertap",
    products: [
        .executable(name: "brokertap", targets: ["brokertap"]),
        .library(name: "Brokertap", targets: ["Pipeline", "Reports", "ReportModel", "Vocabulary"]),
    ],
    targets: [
        // In C of our own: opens libpcap, of which the build needs the headers alone; and gives privileges up.
        .target(name: "CLibpcap"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // A header of our own: one processor instruction.
        .systemLibrary(name: "CPrefetch"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // Level 0: plain values.
        .target(name: "Vocabulary", swiftSettings: strict),
        .target(name: "KafkaSchema", swiftSettings: strict),
        .target(name: "JSONText", swiftSettings: strict),
        // Level 1: one source of facts each.
        .target(name: "Capture", dependencies: ["Vocabulary", "CLibpcap", "CZlib", "CZstd"], swiftSettings: strict),
        .target(name: "KafkaDecode", dependencies: ["Vocabulary", "KafkaSchema"], swiftSettings: strict),
        .target(name: "TLS", dependencies: ["Vocabulary", "COpenSSL"], swiftSettings: strict),
        .target(name: "Masking", dependencies: ["Vocabulary"], swiftSettings: strict),
        .target(name: "ReportModel", dependencies: ["Vocabulary"], swiftSettings: strict),
        // Level 2: logs of programs, beside a finished report.
        .target(name: "ClientLogs", dependencies: ["Vocabulary", "ReportModel"], swiftSettings: strict),
        // Level 2 too: packets to byte streams.
        .target(name: "Streams", dependencies: ["Vocabulary", "CPrefetch"], swiftSettings: strict),
        // Level 3: byte streams to requests, sign-ins, addresses.
        .target(
            name: "Conversations",
            dependencies: ["Vocabulary", "Masking", "Streams", "TLS", "KafkaSchema", "KafkaDecode", "CPrefetch"],
            swiftSettings: strict),
        // Level 4: facts to findings; findings to words.
        .target(
            name: "Diagnosis",
            dependencies: ["Vocabulary", "TLS", "Streams", "KafkaSchema", "Conversations", "ReportModel"],
            swiftSettings: strict),
        // Level 4 too: every message to the depth tables.
        .target(
            name: "Depth", dependencies: ["Vocabulary", "KafkaSchema", "Conversations", "ReportModel"],
            swiftSettings: strict),
        // Level 4 too: every message as a line.
        .target(
            name: "Messages", dependencies: ["Vocabulary", "KafkaSchema", "Conversations"], swiftSettings: strict),
        .target(
            name: "Reports", dependencies: ["Vocabulary", "JSONText", "ReportModel", "CZlib"], swiftSettings: strict),
        // Level 5 and 6: wiring.
        .target(
            name: "Pipeline",
            dependencies: [
                "Vocabulary", "Capture", "Streams", "TLS", "KafkaSchema", "Conversations", "Diagnosis", "Depth",
                "ClientLogs", "Masking", "Messages", "ReportModel",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "brokertap", dependencies: ["Vocabulary", "Capture", "Pipeline", "Reports", "ReportModel"],
            swiftSettings: strict),
        // Tools for developers.
        .target(
            name: "VectorChecking", dependencies: ["Vocabulary", "KafkaSchema", "KafkaDecode", "JSONText"],
            path: "Tools/VectorChecking", swiftSettings: strict),
        .executableTarget(
            name: "schema-gen", dependencies: ["JSONText"], path: "Tools/schema-gen", swiftSettings: strict),
        .executableTarget(
            name: "vector-check", dependencies: ["JSONText", "VectorChecking"], path: "Tools/vector-check",
            swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "VocabularyTests", dependencies: ["Vocabulary"]),
        .testTarget(name: "CaptureTests", dependencies: ["TestSupport", "Capture", "Vocabulary", "CZlib", "CZstd"]),
        .testTarget(name: "PacketsTests", dependencies: ["TestSupport", "Streams", "Vocabulary"]),
        .testTarget(name: "StreamsTests", dependencies: ["TestSupport", "Streams", "Vocabulary"]),
        .testTarget(name: "MaskingTests", dependencies: ["Masking", "TestSupport", "Vocabulary"]),
        .testTarget(name: "TLSTests", dependencies: ["TLS", "COpenSSL", "Vocabulary"]),
        .testTarget(
            name: "KafkaDecodeTests",
            dependencies: [
                "KafkaDecode", "KafkaSchema", "Conversations", "Vocabulary", "JSONText", "VectorChecking",
            ]),
        .testTarget(name: "ConversationsTests", dependencies: ["TestSupport", "Conversations"]),
        .testTarget(
            name: "DiagnosisTests",
            dependencies: ["TestSupport", "Diagnosis", "Conversations", "Streams", "TLS", "ReportModel", "Vocabulary"]),
        .testTarget(name: "ClientLogsTests", dependencies: ["ClientLogs", "ReportModel", "TestSupport", "Vocabulary"]),
        .testTarget(
            name: "ReportsTests", dependencies: ["Reports", "ReportModel", "Vocabulary"], exclude: ["Goldens"]),
        .testTarget(
            name: "CommandLineTests", dependencies: ["brokertap", "Pipeline", "Reports", "ReportModel", "Vocabulary"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "Pipeline", "Reports", "ReportModel", "Vocabulary", "Capture", "Streams", "TLS",
                "Conversations", "KafkaSchema",
                "Diagnosis", "Depth",
            ],
            exclude: ["Goldens", "Crashers", "Hostile", "TLSCaptures", "Secrets/allowed.txt"]),
        .testTarget(name: "TidyTests", dependencies: ["Vocabulary"]),
    ]
)

// The fuzz targets: a program for libFuzzer, which scripts/check-fuzz builds; otherwise tests that replay what was found.
let fuzzed: [Target.Dependency] = [
    "Vocabulary", "Capture", "Streams", "TLS", "KafkaSchema", "KafkaDecode", "Conversations", "ClientLogs", "Depth",
    "Pipeline", "ReportModel", "Reports",
]
if Context.environment["BROKERTAP_FUZZING"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tools/fuzz/CFuzzer"),
        .executableTarget(
            name: "brokertap-fuzz", dependencies: fuzzed + ["CFuzzer"], path: "Tests/FuzzTests",
            exclude: ["ReplayTests.swift", "Finds"]),
    ]
} else {
    package.targets.append(
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed, path: "Tests/FuzzTests", exclude: ["FuzzDriver.swift", "Finds"]))
}
