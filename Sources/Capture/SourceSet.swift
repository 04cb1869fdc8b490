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
    /// Blocks that another thread may use while their source is read on: of one source, and bytes of all.
    private static let mostLentBlocks = 3
    private static let lentBudget = 12 << 20
    /// What is read of a file for its first packet.
    private static let glance = 16 << 10

    /// A file that waits for its turn.
    private struct Waiting {
        var index: Int
        var input: SourceInput
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
    /// Bytes of each original; -1 of a pipe.
    private var inputSizes: [Int64] = []
    /// What facts files say that they lack.
    let losses: [String]

    private let limits: Limits
    private let filter: PacketFilter?
    private let blockBytes: Int
    private let clockOffsets: [Int: Int64]
    private let followed: FollowedFile?
    /// Each thread but the analysis' own unpacks one file.
    private var spareThreads: Int
    /// The turns in which another thread uses what is handed on.
    private var ring: TurnRing?
    /// Sources that were read to their end, each with the turn by whose end nobody needs their blocks.
    private var leaving: [(reader: SourceReader, turn: Int)] = []

    /// - Throws: where one cannot be opened, is empty or is no capture, or the filter is wrong.
    init(paths: [String], options: CaptureOptions) throws(CaptureFault) {
        limits = options.limits
        clockOffsets = options.clockOffsets
        followed = options.followed
        filter = options.filter.map { PacketFilter($0, maximumPacket: options.limits.packetBytes) }
        spareThreads = max(0, options.threads - 1)
        let inputs: [SourceInput]
        (inputs, losses) = try FactsFile.expanded(paths, limits: options.limits)
        guard inputs.count <= Self.maximumSources else { throw Self.tooMany(inputs) }
        let share = Self.blockBudget / max(1, min(inputs.count, Self.openAtOnce))
        blockBytes = min(limits.readBlockBytes, max(Self.leastBlock, share))
        for (index, input) in inputs.enumerated() { try add(input, index, isOneOfFew: inputs.count <= Self.openAtOnce) }
        waiting.sort { ($0.first, $0.index) > ($1.first, $1.index) }
    }

    /// Frames are counted with 16 bits of source.
    private static let maximumSources = 1 << 16

    private static func tooMany(_ inputs: [SourceInput]) -> CaptureFault {
        CaptureFault(
            source: inputs[maximumSources].path, kind: .tooManySources,
            detail: "is one of \(inputs.count) captures, more than the \(maximumSources) allowed")
    }

    private mutating func add(_ input: SourceInput, _ index: Int, isOneOfFew: Bool) throws(CaptureFault) {
        if let member = input.member, member.pieces.isEmpty {
            inputSizes.append(member.inputBytes)
            return accounts.append(Account(facts: member.facts, extras: PcapNGExtras(names: member.names)))
        }
        let path = input.path
        let reader = try reader(input, index, isOneOfFew ? blockBytes : Self.glance)
        totalBytes = totalBytes.flatMap { sum in reader.bytes.input.size.map { sum.addingSaturated($0) } }
        inputSizes.append(input.member?.inputBytes ?? reader.bytes.input.size ?? -1)
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
        waiting.append(Waiting(index: index, input: input, first: first))
    }

    private func reader(_ input: SourceInput, _ index: Int, _ bytes: Int) throws(CaptureFault) -> SourceReader {
        try SourceReader(
            path: input.path, index: index, blockBytes: bytes, limits: limits, filter: filter,
            clockOffset: clockOffsets[index] ?? 0, member: input.member,
            followed: followed?.path == input.path ? followed : nil, waits: true)
    }

    private mutating func join(_ reader: SourceReader) {
        if reader.bytes.isPacked, spareThreads > 0 {
            spareThreads -= 1
            reader.bytes.unpackAhead()
        }
        if let ring { reader.lend(by: ring, mostBlocks: mostLent) }
        let place = open.firstIndex { $0.index > reader.index } ?? open.count
        open.insert(reader, at: place)
    }

    /// From now on another thread uses what is handed on, a few turns later.
    mutating func lend(by ring: TurnRing) {
        self.ring = ring
        for reader in open { reader.lend(by: ring, mostBlocks: mostLent) }
    }

    /// Blocks lent at once by one source.
    private var mostLent: Int {
        min(Self.mostLentBlocks, max(1, Self.lentBudget / blockBytes / max(1, min(count, Self.openAtOnce))))
    }

    // MARK: Turns

    /// One has to be read on before more can be handed on.
    var mustReadOn: Bool { open.isEmpty || open.contains { $0.next == $0.ready } }

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
            if let ring { leaving.append((reader, ring.current - 1)) }
        }
        if let ring { leaving.removeAll { ring.isFree($0.turn) } }
        open.removeAll { $0.isEnded && $0.next == $0.ready }
    }

    /// Opens the next one in its turn. One that is gone by now ends before its first packet, and the report says so.
    mutating func openNext() {
        guard let next = waiting.popLast() else { return }
        do throws(CaptureFault) {
            let reader = try reader(next.input, next.index, blockBytes)
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
    var extras: [PcapNGExtras] { allExtras.compactMap(\.self) }
    /// The same by source; nil of one that waits.
    var allExtras: [PcapNGExtras?] { current.map(\.extras) }

    /// What a facts file of these sources says of them.
    var members: [FactsMember] {
        zip(current, inputSizes).map {
            FactsMember(facts: $0.facts, inputBytes: max(0, $1), names: $0.extras?.names ?? [])
        }
    }

    /// Bytes of all originals; nil where one is a pipe.
    var inputBytes: Int64? {
        inputSizes.contains(-1) ? nil : inputSizes.reduce(0) { $0.addingSaturated($1) }
    }

    var count: Int { accounts.count }

    private var current: [Account] {
        var all = accounts
        for reader in open { all[reader.index] = Account(facts: reader.facts, extras: reader.extras) }
        return all
    }

    var secretCount: Int { open.reduce(closedSecrets) { $0 + $1.extras.secrets.count } }
    var bytesRead: Int64 { open.reduce(closedBytes) { $0.addingSaturated($1.bytes.bytesRead) } }
}
