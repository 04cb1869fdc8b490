import Testing

/// The layers of ARCHITECTURE.md, read from the imports.
@Suite struct LayerTests {
    /// What each module may import of ours. Every module may import `Vocabulary`.
    static let allowed: [String: Set<String>] = [
        "Vocabulary": [],
        "KafkaSchema": [],
        "JSONText": [],
        "Capture": ["CLibpcap", "CZlib", "CZstd"],
        "TLS": ["COpenSSL"],
        "KafkaDecode": ["KafkaSchema"],
        "Masking": [],
        "ReportModel": [],
        "ClientLogs": ["ReportModel"],
        "Streams": ["CPrefetch"],
        "Conversations": ["Masking", "Streams", "TLS", "KafkaSchema", "KafkaDecode", "CPrefetch"],
        "Diagnosis": ["KafkaSchema", "Streams", "TLS", "Conversations", "ReportModel"],
        "Depth": ["KafkaSchema", "Conversations", "ReportModel"],
        "Messages": ["KafkaSchema", "Conversations"],
        "Reports": ["JSONText", "ReportModel", "CZlib"],
        "Pipeline": [
            "Capture", "Streams", "TLS", "KafkaSchema", "Conversations", "Diagnosis", "Depth", "ClientLogs",
            "Masking", "Messages",
            "ReportModel",
        ],
        "brokertap": ["Capture", "Pipeline", "Reports", "ReportModel"],
    ]
    /// Modules of the system that cost nothing at the start of the process.
    static let system: Set = ["Glibc", "Musl", "Synchronization", "Builtin"]

    @Test(arguments: SourceTree.sources.map(\.path)) func importsOnlyFromBelow(path: String) throws {
        let file = try #require(SourceTree.sources.first { $0.path == path })
        let allowed = try #require(Self.allowed[file.module], "\(file.module) has no row here nor in ARCHITECTURE.md")
        for module in file.imports where !Self.system.contains(module) && module != "Vocabulary" {
            #expect(allowed.contains(module), "\(path) imports \(module)")
        }
    }
}
