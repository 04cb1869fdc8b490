public import Vocabulary

/// Reads one or several captures, and hands on their packets in order of time, a batch at a time.
///
/// Packets of one source that stand out of order by up to `Limits.reorderWindowNanoseconds` are put in order, as far as
/// one block of the file reaches; packets of equal times keep the order of the file, then that of the sources. A larger
/// step back in time is passed on as it is. A source that is damaged ends there; its `SourceFacts.fault` tells where.
public final class CaptureReader {
    private let readers: [SourceReader]
    private let batch: UnsafeMutableBufferPointer<PacketEntry>

    /// Frames are counted with 16 bits of source.
    private static let maximumSources = 1024
    /// Blocks of all sources together; each has two.
    private static let blockBudget = 32 << 20

    /// Opens the files and reads the beginning of each.
    ///
    /// - Parameter paths: files and FIFOs; `-` is standard input.
    /// - Throws: where one cannot be opened, is empty or is no capture, or the filter is wrong.
    public init(paths: [String], options: CaptureOptions = CaptureOptions()) throws(CaptureFault) {
        guard paths.count <= Self.maximumSources else {
            throw CaptureFault(
                source: paths[Self.maximumSources], kind: .tooManySources,
                detail: "is one of \(paths.count) captures, more than the \(Self.maximumSources) allowed")
        }
        let limits = options.limits
        let filter = options.filter.map { PacketFilter($0, maximumPacket: limits.packetBytes) }
        let share = max(128 << 10, Self.blockBudget / max(1, paths.count))
        var readers: [SourceReader] = []
        for (index, path) in paths.enumerated() {
            readers.append(
                try SourceReader(
                    path: path, index: index, blockBytes: min(limits.readBlockBytes, share), limits: limits,
                    filter: filter))
        }
        self.readers = readers
        // Each thread but the analysis' own unpacks one file.
        for reader in readers.filter(\.bytes.isPacked).prefix(max(0, options.threads - 1)) {
            reader.bytes.unpackAhead()
        }
        batch = .allocate(capacity: max(1, limits.batchPackets))
    }

    deinit { batch.deallocate() }

    /// The next packets, at most `Limits.batchPackets`; nil at the end of all sources. They, and the bytes they point to,
    /// are valid until the next call.
    public func nextBatch() throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        for reader in readers where reader.next == reader.ready { try reader.refill() }
        if readers.count == 1 { return slice(of: readers[0]) }
        let count = merge()
        return count > 0 ? UnsafeBufferPointer(rebasing: batch[..<count]) : nil
    }

    /// One source's entries are in order already and need no copy.
    private func slice(of reader: SourceReader) -> UnsafeBufferPointer<PacketEntry>? {
        let count = min(batch.count, reader.ready - reader.next)
        guard count > 0 else { return nil }
        let first = reader.entries + reader.next
        reader.take(count)
        return UnsafeBufferPointer(start: first, count: count)
    }

    /// Fills the batch with the earliest packets of all sources, up to where one of them has to be read on.
    private func merge() -> Int {
        var filled = 0
        while filled < batch.count, let (reader, bound) = earliest() {
            let first = filled
            // At least one, so that a step back in time of another source cannot stop it.
            repeat {
                batch.initializeElement(at: filled, to: reader.entries[reader.next + filled - first])
                filled += 1
            } while filled < batch.count && reader.next + filled - first < reader.ready
                && reader.entries[reader.next + filled - first].time < bound
            reader.take(filled - first)
            if reader.next == reader.ready, !reader.isEnded { break }
        }
        return filled
    }

    /// The source whose next packet is earliest, and the time up to which its packets come before all others'.
    private func earliest() -> (SourceReader, bound: CaptureTime)? {
        var best: (reader: SourceReader, time: CaptureTime)?
        var bound = CaptureTime(nanoseconds: .max)
        for reader in readers {
            guard let time = reader.head else { continue }
            guard let leader = best else {
                best = (reader, time)
                continue
            }
            // At equal times the source named first goes first, so a tie is no reason to change.
            if time < leader.time {
                (best, bound) = ((reader, time), leader.time)
            } else {
                bound = min(bound, time)
            }
        }
        return best.map { ($0.reader, bound) }
    }
}

// MARK: - The account

extension CaptureReader {
    /// What is known of each source so far; whole once `nextBatch` has returned nil.
    public var sources: [SourceFacts] { readers.map(\.facts) }

    /// Names of addresses that pcapng files tell.
    public var nameRecords: [(IPAddress, String)] { readers.flatMap(\.extras.names) }

    /// TLS key logs that pcapng files have inside.
    public var decryptionSecrets: [[UInt8]] { readers.flatMap(\.extras.secrets) }
    public var secretCount: Int { readers.reduce(0) { $0 + $1.extras.secrets.count } }

    /// Bytes of the files read so far; packed ones where they are packed.
    public var bytesRead: Int64 { readers.reduce(0) { $0 + $1.bytes.bytesRead } }

    /// Bytes of all files; nil where one is a pipe.
    public var totalBytes: Int64? {
        readers.reduce(0) { sum, reader in sum.flatMap { sum in reader.bytes.input.size.map { sum + $0 } } }
    }
}
