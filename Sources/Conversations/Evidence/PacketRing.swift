import Streams
public import Vocabulary

/// The last packets, in memory of a fixed size, for evidence. Payload that is not known to be harmless is blanked as it
/// comes in, so that what must not be shown is not even kept.
public final class PacketRing: PacketTaker {
    private struct Place {
        var entry: PacketEntry
        var offset: Int
        /// With the list of what was blanked of it.
        var size: Int
        var source: IPAddress
        var destination: IPAddress
        /// DNS, or an ICMP error: wanted for every finding about its host.
        var isSide: Bool
    }

    private let bytes: UnsafeMutableRawPointer
    private let capacity: Int
    /// Where the next packet goes.
    private var end = 0
    private var places: [Place] = []
    private var first = 0
    private let keepsSecrets: Bool
    private var blanker = HarmlessCopy()

    public var wantsMarks: Bool { !keepsSecrets }

    /// - Parameter capacity: bytes for packets.
    public init(capacity: Int, keepsSecrets: Bool) {
        self.capacity = max(capacity, 1 << 20)
        self.keepsSecrets = keepsSecrets
        bytes = .allocate(byteCount: self.capacity + Self.listBytes, alignment: 64)
    }

    deinit { bytes.deallocate() }

    /// Time of the oldest packet; nil while there is none.
    public var oldest: CaptureTime? { first < places.count ? places[first].entry.time : nil }

    public func take(_ batch: UnsafeBufferPointer<PacketEntry>, harmless: HarmlessBytes) {
        let ranges = harmless.inOrder
        for entry in batch { add(entry, ranges) }
        if first > 4096, first > places.count / 2 {
            places.removeFirst(first)
            first = 0
        }
    }

    private func add(_ entry: PacketEntry, _ harmless: [Range<UInt>]) {
        let count = Int(entry.capturedLength)
        guard count <= capacity / 4 else { return }
        if end + count > capacity { beginAgain() }
        makeRoom(end..<(end + count))
        let copy = bytes + end
        copy.copyMemory(from: entry.bytes, byteCount: count)
        let view = blanker.look(at: entry)
        let list = keepsSecrets ? [] : HarmlessCopy.blank(copy, entry, view, harmless)
        var kept = entry
        var size = count
        if !list.isEmpty {
            size = HarmlessCopy.placeOfList(count) + list.count
            makeRoom(end..<(end + size))
        }
        kept.blanks = HarmlessCopy.put(list, behind: count, of: copy)
        kept.bytes = UnsafePointer(copy.assumingMemoryBound(to: UInt8.self))
        places.append(
            Place(
                entry: kept, offset: end, size: size, source: view.source, destination: view.destination,
                isSide: view.hasNamePort || view.isNeighbour || view.outcome == .icmpError))
        end += size
    }

    /// What lies behind the end is of the turn before: older than what lies at the beginning.
    private func beginAgain() {
        while first < places.count, places[first].offset >= end { first += 1 }
        end = 0
    }

    /// Drops the oldest packets that lie there, and those beyond what is worth keeping a list of.
    private func makeRoom(_ room: Range<Int>) {
        first = max(first, places.count - capacity / Self.leastBytes)
        while first < places.count {
            let place = places[first]
            let taken = place.offset..<(place.offset + place.size)
            guard taken.overlaps(room) || taken.isEmpty else { return }
            first += 1
        }
    }

    /// The longest list of what was blanked may lie behind the ring's end.
    private static let listBytes = HarmlessCopy.listBytes + 8
    /// Of the ring's size for each packet, however small.
    private static let leastBytes = 256

    // MARK: Reading

    /// Calls with the packets of a span of time that are of these hosts, oldest first.
    /// - Parameters:
    ///   - client: only packets from or to this host; nil: any.
    ///   - server: as `client`; the client's DNS and ICMP errors come with it all the same.
    public func each(
        from: CaptureTime, to: CaptureTime, client: IPAddress?, server: IPAddress?, _ body: (PacketEntry) -> Bool
    ) {
        for place in places[first...] where place.entry.time >= from && place.entry.time <= to {
            let hosts = [place.source, place.destination]
            guard client.map(hosts.contains) ?? true, place.isSide || (server.map(hosts.contains) ?? true) else {
                continue
            }
            if !body(place.entry) { return }
        }
    }
}
