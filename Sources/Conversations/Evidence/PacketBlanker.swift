public import Streams
public import Vocabulary

/// Copies packets with all that is not told harmless blanked, for a second reading of the same capture.
public final class PacketBlanker {
    /// Of each pair of ends, by their first frames.
    private let connections: [ShownBytes.Pair: [ShownBytes.Streams]]
    private var copy: UnsafeMutableRawPointer
    private var room: Int
    private let isForFacts: Bool
    private let masksNames: Bool
    private let filler: UInt8
    /// As a number below zero, and of a length no value that stands for none.
    private static let fillerOfOthers: UInt8 = 0x80
    /// The last offset of each direction of a connection, for sequence numbers go round.
    private var near: [Direction: Int64] = [:]

    private struct Direction: Hashable {
        var connection: UInt64
        var isClients: Bool
    }

    /// For a facts file checksums of segments stay right or wrong, and blanked bytes are such as no length, name or protocol has.
    public init(_ shown: ShownBytes) {
        isForFacts = shown.isForFacts
        masksNames = shown.masksNames
        filler = isForFacts ? 0xFF : 0
        connections = shown.connections.mapValues { all in
            all.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
        }
        room = 64 << 10
        copy = .allocate(byteCount: room, alignment: 16)
    }

    deinit { copy.deallocate() }

    /// Fragments of IP, of which no packet alone says what their content is: all of it is blanked.
    public private(set) var fragments: Int64 = 0

    /// A copy that is good until the next call.
    public func blanked(_ entry: PacketEntry, _ view: PacketInspector.View) -> PacketEntry {
        let count = Int(entry.capturedLength)
        if count > room {
            copy.deallocate()
            room = count
            copy = .allocate(byteCount: room, alignment: 16)
        }
        copy.copyMemory(from: entry.bytes, byteCount: count)
        if view.outcome == .fragmentHeld || view.reached == nil { fragments += 1 }
        if view.outcome == .tcp, let payload = view.payload {
            blank(payload, entry, view)
            HeaderBlanks.clear(copy, entry, payload, view)
            if isForFacts { keepSum(payload, entry, view) }
        } else {
            PacketBlanks.blank(copy, entry, view, isForFacts: isForFacts)
        }
        var blanked = entry
        blanked.bytes = UnsafePointer(copy.assumingMemoryBound(to: UInt8.self))
        blanked.blanks = 0
        return blanked
    }

    /// The checksum says of the blanked segment what it said of it as it was captured.
    private func keepSum(_ payload: Range<Int>, _ entry: PacketEntry, _ view: PacketInspector.View) {
        guard payload.lowerBound > 0, let header = HeaderBlanks.transport(view, payload) else { return }
        let count = payload.upperBound - header
        let body = UnsafeMutableRawBufferPointer(start: copy + header, count: count)
        let ends = [view.source, view.destination]
        PacketSum.keep(
            in: body.assumingMemoryBound(to: UInt8.self), at: PacketSum.tcpField,
            from: UnsafeBufferPointer(start: entry.bytes + header, count: count), length: count, ends, ends)
    }

    private func blank(_ payload: Range<Int>, _ entry: PacketEntry, _ view: PacketInspector.View) {
        guard !payload.isEmpty else { return }
        let source = Endpoint(view.source, view.sourcePort)
        let pair = ShownBytes.Pair(source, Endpoint(view.destination, view.destinationPort))
        guard let streams = streams(connections[pair] ?? [], entry.frame) else {
            return PacketBlanks.clear(copy, from: payload.lowerBound, to: payload.upperBound, filler)
        }
        if streams.connection.isTLS, !masksNames { return }
        let isClients = streams.connection.client == source
        let ranges = isClients ? streams.fromClient : streams.fromServer
        let start = offset(view.sequence, streams.connection, isClients: isClients)
        if isForFacts {
            fill(payload, start, isClients ? streams.clientMessages : streams.serverMessages, ranges, entry, streams)
        } else {
            PacketBlanks.clear(copy, payload, but: places(ranges, start, payload))
        }
        patch(payload, start, isClients ? streams.clientPatches : streams.serverPatches)
    }

    /// - Parameter start: the offset of the payload's first byte.
    private func patch(_ payload: Range<Int>, _ start: Int64, _ patches: [StreamPatch]) {
        let end = start.addingSaturated(Int64(payload.count))
        for patch in patches[patches.partitionPoint(where: { $0.end > start })...] {
            guard patch.offset < end else { return }
            let from = max(patch.offset, start)
            for offset in from..<max(from, min(patch.end, end)) {
                copy.storeBytes(
                    of: patch.bytes[Int(offset - patch.offset)], toByteOffset: payload.lowerBound + Int(offset - start),
                    as: UInt8.self)
            }
        }
    }

    /// Zeros inside of messages, between them what no message begins with, and what is shown.
    private func fill(
        _ payload: Range<Int>, _ start: Int64, _ messages: [Range<Int64>], _ shown: [Range<Int64>],
        _ entry: PacketEntry,
        _ streams: ShownBytes.Streams
    ) {
        let between = streams.connection.isOther ? Self.fillerOfOthers : filler
        PacketBlanks.clear(copy, from: payload.lowerBound, to: payload.upperBound, between)
        for place in places(messages, start, payload) {
            PacketBlanks.clear(copy, from: place.lowerBound, to: place.upperBound)
        }
        for place in places(shown, start, payload) {
            (copy + place.lowerBound).copyMemory(from: entry.bytes + place.lowerBound, byteCount: place.count)
        }
    }

    /// Ranges of a stream as places in the packet.
    private func places(_ ranges: [Range<Int64>], _ start: Int64, _ payload: Range<Int>) -> some Sequence<Range<Int>> {
        let end = start.addingSaturated(Int64(payload.count))
        let first = ranges.partitionPoint(where: { $0.upperBound > start })
        let last = ranges.partitionPoint(where: { $0.lowerBound >= end })
        return ranges[first..<max(first, last)].lazy.map { [self] range in
            place(range.lowerBound, start, payload)..<place(range.upperBound, start, payload)
        }
    }

    /// Where in the packet a stream's offset lies, within its payload.
    private func place(_ offset: Int64, _ start: Int64, _ payload: Range<Int>) -> Int {
        let distance = offset.subtractingSaturated(start)
        return payload.lowerBound + Int(max(0, min(distance, Int64(payload.count))))
    }

    /// Of those that had the same ports one after another, the one that the frame is of.
    private func streams(_ all: [ShownBytes.Streams], _ frame: FrameRef) -> ShownBytes.Streams? {
        all.prefix(upTo: all.partitionPoint(where: { $0.connection.firstFrame > frame })).last ?? all.first
    }

    private func offset(_ sequence: UInt32, _ connection: ObservedConnection, isClients: Bool) -> Int64 {
        let direction = Direction(connection: connection.number, isClients: isClients)
        let known = near[direction] ?? 0
        let base = isClients ? connection.clientSequence : connection.serverSequence
        let expected = base &+ UInt32(truncatingIfNeeded: known)
        let offset = known &+ Int64(Int32(bitPattern: sequence &- expected))
        near[direction] = max(known, offset)
        return offset
    }
}
