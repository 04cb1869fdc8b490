import Capture
import Vocabulary

/// What a reader gave of some files.
struct Reading {
    var times: [Int64] = []
    var frames: [UInt64] = []
    var sources: [Int] = []
    var lengths: [Int] = []
    var interfaces: [Int] = []
    var checksum = 0
    var facts: [SourceFacts] = []
    var names: [String] = []
    var secrets: [[UInt8]] = []

    init(_ files: [[UInt8]], filter: String? = nil, _ change: (inout Limits) -> Void = { _ in }) throws {
        let kept = try files.map { try TemporaryFile($0) }
        var options = CaptureOptions(filter: filter)
        change(&options.limits)
        let reader = try CaptureReader(paths: kept.map(\.path), options: options)
        while let batch = try reader.nextBatch() {
            for entry in batch {
                times.append(entry.time.nanoseconds)
                frames.append(entry.frame.number)
                sources.append(entry.frame.source)
                lengths.append(Int(entry.capturedLength))
                interfaces.append(Int(entry.interface))
                for i in 0..<Int(entry.capturedLength) { checksum &+= Int(entry.bytes[i]) &* (i &+ 1) }
            }
        }
        facts = reader.sources
        names = reader.nameRecords.map { "\($0.0)=\($0.1)" }
        secrets = reader.decryptionSecrets
    }
}
