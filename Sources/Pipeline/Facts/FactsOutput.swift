import Capture
import Conversations
import Streams
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why no facts file was written.
public enum FactsFault: Error, Sendable {
    /// The captures are read again, and a pipe cannot be.
    case needsFiles
    case cannotWrite(String)
    /// The same capture is there twice, once perhaps in a checkpoint.
    case twice(String)
}

/// A facts file that was written.
public struct WrittenFacts: Sendable {
    public var packets: Int64
    public var bytes: Int64
    /// What it lacks, in words.
    public var losses: [String]
}

extension Analyzer {
    /// Condenses captures that have been analysed into a facts file: all packets, with their headers and what of their payload
    /// holds no secret. They are read twice more: to tell what may be shown, and to write it.
    func writeFacts(
        to output: String, paths: [String], progress: (AnalysisProgress) -> Bool
    ) throws -> WrittenFacts? {
        let shown = ShownBytes(limits: options.limits, isForFacts: true)
        let told = try follow(try reader(paths), telling: shown, progress: progress)
        if told.stopped { return nil }
        let blanker = PacketBlanker(shown)
        // Times as they were captured: what is to be put right is found again.
        var how = CaptureOptions(filter: options.filter, limits: options.limits, threads: options.threads)
        how.followed = self.followed
        let reader = try CaptureReader(paths: paths, options: how)
        let part = PartFile(of: output)
        let writer = try FactsWriter(path: part.path, limits: options.limits)
        var inspector = PacketInspector()
        var packets: Int64 = 0
        while let batch = try reader.nextBatch() {
            for entry in batch { writer.add(blanker.blanked(entry, inspector.look(at: entry))) }
            packets += Int64(batch.count)
            let state = AnalysisProgress(bytesRead: reader.bytesRead, totalBytes: reader.totalBytes, packets: packets)
            if !progress(state) { return nil }
        }
        if let twice = reader.sources.repeated { throw FactsFault.twice(twice) }
        let losses = losses(reader, shown, blanker, writer) + contents(told.file)
        writer.finish(reader, losses: losses)
        if let code = writer.failure { throw FactsFault.cannotWrite(String(cString: strerror(code))) }
        do { try part.keep() } catch { throw FactsFault.cannotWrite(error.reason) }
        return WrittenFacts(packets: writer.packets, bytes: writer.bytes, losses: losses)
    }

    private func losses(
        _ reader: CaptureReader, _ shown: ShownBytes, _ blanker: PacketBlanker, _ writer: FactsWriter
    ) -> [String] {
        var losses = reader.losses
        if writer.leftOut > 0 {
            losses.append("\(writer.leftOut) packets beyond \(options.limits.factsBytes) bytes (factsBytes)")
        }
        if blanker.fragments > 0 { losses.append("the content of \(blanker.fragments) IP fragments") }
        if shown.wronglyGuessed > 0 {
            losses.append("what \(shown.wronglyGuessed) connections of no known protocol look like")
        }
        if let trip = shown.trip { losses.append(trip.loss) }
        return losses
    }

    /// What the analysis knew by the content of records, which is not kept.
    private func contents(_ file: CaseFile) -> [String] {
        let known = file.connections.records.reduce(0) { $0 + $1.unanswered.count { $0.retry.knownByContent } }
        return known == 0 ? [] : ["how \(known) lost batches were known again, by the content of their records"]
    }
}
