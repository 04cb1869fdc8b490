public import Vocabulary

/// How many of each source's secrets somebody has been told.
public struct SecretsTold: Sendable {
    var ofSource: [Int] = []
    var count = 0

    public init() {}
}

/// Reads one or several captures, and hands on their packets in order of time, a batch at a time.
///
/// Packets of one source that stand out of order by up to `Limits.reorderWindowNanoseconds` are put in order, as far as
/// one block of the file reaches; packets of equal times keep the order of the file, then that of the sources. A larger
/// step back in time is passed on as it is. A source that is damaged ends there; its `SourceFacts.fault` tells where.
public final class CaptureReader {
    public let paths: [String]
    private var sourceSet: SourceSet
    private let batch: UnsafeMutableBufferPointer<PacketEntry>

    /// Opens the files and reads the beginning of each.
    ///
    /// - Parameter paths: files and FIFOs; `-` is standard input.
    /// - Throws: where one cannot be opened, is empty or is no capture, or the filter is wrong.
    public init(paths: [String], options: CaptureOptions = CaptureOptions()) throws(CaptureFault) {
        self.paths = paths
        sourceSet = try SourceSet(paths: paths, options: options)
        batch = .allocate(capacity: max(1, options.limits.batchPackets))
    }

    deinit { batch.deallocate() }

    /// The next packets, at most `Limits.batchPackets`; nil at the end of all sources. They are valid until the next call, as are the
    /// bytes they point to, unless these are lent for longer.
    public func nextBatch() throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        try sourceSet.readOn()
        return nextRead()
    }

    /// The next packets of those that have been read already; nil where more has to be read first. They lie beside those given out
    /// before, back to the last call of `nextBatch`.
    public func nextBatchAtHand() -> UnsafeBufferPointer<PacketEntry>? { sourceSet.mustReadOn ? nil : nextRead() }

    /// From now on another thread uses the bytes of the packets that are given out, in the turns of this ring. They stay until the
    /// turn that was filled with them is given back. In a turn `nextBatch` is called once, at its beginning.
    public func lend(by ring: TurnRing) { sourceSet.lend(by: ring) }

    private func nextRead() -> UnsafeBufferPointer<PacketEntry>? {
        if sourceSet.open.count == 1, sourceSet.nextTurn == nil { return slice(of: sourceSet.open[0]) }
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

    /// The source whose next packet is earliest, opened where its turn has come, and the time up to which it goes on alone.
    private func earliest() -> (SourceReader, bound: CaptureTime)? {
        while true {
            let found = earliestOpen()
            guard let turn = sourceSet.nextTurn else { return found }
            if let found, let head = found.0.head, head < turn { return (found.0, min(found.bound, turn)) }
            sourceSet.openNext()
        }
    }

    /// Of those that are open.
    private func earliestOpen() -> (SourceReader, bound: CaptureTime)? {
        var best: (reader: SourceReader, time: CaptureTime)?
        var bound = CaptureTime(nanoseconds: .max)
        for reader in sourceSet.open {
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
    public var sources: [SourceFacts] { sourceSet.facts }

    /// Names of addresses that pcapng files tell.
    public var nameRecords: [(IPAddress, String)] { sourceSet.extras.flatMap(\.names) }

    /// TLS key logs that pcapng files have inside, those that were not told before.
    public func newSecrets(_ told: inout SecretsTold) -> [[UInt8]] {
        guard secretCount > told.count else { return [] }
        var new: [[UInt8]] = []
        for (source, extras) in sourceSet.allExtras.enumerated() {
            while told.ofSource.count <= source { told.ofSource.append(0) }
            let secrets = extras?.secrets ?? []
            new += secrets.dropFirst(told.ofSource[source])
            told.ofSource[source] = max(told.ofSource[source], secrets.count)
        }
        told.count = max(told.count, secretCount)
        return new
    }

    /// TLS key logs that pcapng files have inside.
    public var decryptionSecrets: [[UInt8]] { sourceSet.extras.flatMap(\.secrets) }
    public var secretCount: Int { sourceSet.secretCount }

    /// Bytes of the files read so far; packed ones where they are packed.
    public var bytesRead: Int64 { sourceSet.bytesRead }

    /// Whether these may be views of the same minutes, and not files of one capture.
    public var mayBeViews: Bool { sourceCount > 1 && sourceCount <= SourceSet.openAtOnce }

    /// Captures that are read; a facts file stands for all that it holds.
    public var sourceCount: Int { sourceSet.count }

    /// What facts files that are read say that they lack.
    public var losses: [String] { sourceSet.losses }

    /// What a facts file says of the sources.
    var members: [FactsMember] { sourceSet.members }

    /// Bytes of the captures themselves; of a facts file those of the captures that it stands for. Nil where one is a pipe.
    public var inputBytes: Int64? { sourceSet.inputBytes }

    /// Whether opening the same paths again gives the same packets: not so of pipes, and of standard input.
    public var isRepeatable: Bool { totalBytes != nil && !paths.contains("-") }

    /// Bytes of all files; nil where one is a pipe.
    public var totalBytes: Int64? { sourceSet.totalBytes }
}
