import Vocabulary

/// The sources of a capture, few of them open at once.
///
/// Of many files each is looked into once, for the time of its first packet, and opened again when the others have come as
/// far. Files that were rotated follow one another: one is open, and two for a moment.
struct SourceSet {
    /// So many are open from the start: they may be views of the same minutes.
    static let openAtOnce = 8
    /// Blocks of all open sources together; each has two.
    private static let blockBudget = 32 << 20
    private static let leastBlock = 128 << 10
    /// What is read of a file for its first packet.
    private static let glance = 16 << 10

    /// A file that waits for its turn.
    private struct Waiting {
        var index: Int
        var path: String
        var first: CaptureTime
    }

    /// What is kept of each source: of one that waits, what a look into it told.
    private struct Account {
        var facts: SourceFacts
        var extras: PcapNGExtras?
    }

    /// Those that are open, in the order in which they were named.
    private(set) var open: [SourceReader] = []
    /// The rest; the earliest last.
    private var waiting: [Waiting] = []
    private var accounts: [Account] = []
    private var closedBytes: Int64 = 0
    private var closedSecrets = 0
    /// Bytes of all files; nil where one is a pipe.
    private(set) var totalBytes: Int64? = 0

    private let limits: Limits
    private let filter: PacketFilter?
    private let blockBytes: Int
    private let clockOffsets: [Int: Int64]
    /// Each thread but the analysis' own unpacks one file.
    private var spareThreads: Int

    /// - Throws: where one cannot be opened, is empty or is no capture, or the filter is wrong.
    init(paths: [String], options: CaptureOptions) throws(CaptureFault) {
        limits = options.limits
        clockOffsets = options.clockOffsets
        filter = options.filter.map { PacketFilter($0, maximumPacket: options.limits.packetBytes) }
        spareThreads = max(0, options.threads - 1)
        let share = Self.blockBudget / max(1, min(paths.count, Self.openAtOnce))
        blockBytes = min(limits.readBlockBytes, max(Self.leastBlock, share))
        for (index, path) in paths.enumerated() { try add(path, index, isOneOfFew: paths.count <= Self.openAtOnce) }
        waiting.sort { ($0.first, $0.index) > ($1.first, $1.index) }
    }

    private mutating func add(_ path: String, _ index: Int, isOneOfFew: Bool) throws(CaptureFault) {
        let reader = try reader(path, index, isOneOfFew ? blockBytes : Self.glance)
        totalBytes = totalBytes.flatMap { sum in reader.bytes.input.size.map { sum.addingSaturated($0) } }
        // What comes out of a pipe cannot be read again.
        if isOneOfFew || path == "-" || reader.bytes.input.size == nil {
            accounts.append(Account(facts: reader.facts))
            return join(reader)
        }
        try reader.refill()
        guard let first = reader.facts.firstTime else {
            closedBytes = closedBytes.addingSaturated(reader.bytes.bytesRead)
            return accounts.append(Account(facts: reader.facts, extras: reader.extras))
        }
        var unread = reader.facts
        (unread.packets, unread.bytes, unread.filteredOut, unread.cutPackets, unread.outOfOrder) = (0, 0, 0, 0, 0)
        unread.fault = nil
        accounts.append(Account(facts: unread))
        waiting.append(Waiting(index: index, path: path, first: first))
    }

    private func reader(_ path: String, _ index: Int, _ bytes: Int) throws(CaptureFault) -> SourceReader {
        try SourceReader(
            path: path, index: index, blockBytes: bytes, limits: limits, filter: filter,
            clockOffset: clockOffsets[index] ?? 0)
    }

    private mutating func join(_ reader: SourceReader) {
        if reader.bytes.isPacked, spareThreads > 0 {
            spareThreads -= 1
            reader.bytes.unpackAhead()
        }
        let place = open.firstIndex { $0.index > reader.index } ?? open.count
        open.insert(reader, at: place)
    }

    // MARK: Turns

    /// The time of the earliest packet of those that wait.
    var nextTurn: CaptureTime? { waiting.last?.first }

    /// Closes those that are read to their end, and reads on where nothing is left to hand on.
    /// - Precondition: nobody needs what was handed on any more.
    mutating func readOn() throws(CaptureFault) {
        while true {
            for reader in open where reader.next == reader.ready { try reader.refill() }
            close()
            guard open.isEmpty, nextTurn != nil else { return }
            openNext()
        }
    }

    private mutating func close() {
        for reader in open where reader.isEnded && reader.next == reader.ready {
            accounts[reader.index] = Account(facts: reader.facts, extras: reader.extras)
            closedBytes = closedBytes.addingSaturated(reader.bytes.bytesRead)
            closedSecrets += reader.extras.secrets.count
            if reader.bytes.isPacked { spareThreads += 1 }
        }
        open.removeAll { $0.isEnded && $0.next == $0.ready }
    }

    /// Opens the next one in its turn. One that is gone by now ends before its first packet, and the report says so.
    mutating func openNext() {
        guard let next = waiting.popLast() else { return }
        do throws(CaptureFault) {
            let reader = try reader(next.path, next.index, blockBytes)
            try reader.refill()
            join(reader)
        } catch {
            accounts[next.index].facts.fault = error
        }
    }

    // MARK: The account

    /// What is known of each so far, in the order in which they were named.
    var facts: [SourceFacts] { current.map(\.facts) }
    /// What the files say of names and secrets so far.
    var extras: [PcapNGExtras] { current.compactMap(\.extras) }

    private var current: [Account] {
        var all = accounts
        for reader in open { all[reader.index] = Account(facts: reader.facts, extras: reader.extras) }
        return all
    }

    var secretCount: Int { open.reduce(closedSecrets) { $0 + $1.extras.secrets.count } }
    var bytesRead: Int64 { open.reduce(closedBytes) { $0.addingSaturated($1.bytes.bytesRead) } }
}
