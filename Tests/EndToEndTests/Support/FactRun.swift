import Capture
import Foundation
import ReportModel
import TestSupport
import Vocabulary

@testable import Conversations
@testable import Depth
@testable import Pipeline
@testable import Streams

/// A capture's facts, learned in the test's process in one way or another.
struct FactRun {
    struct Ways {
        /// The short way of TCP for segments that are nothing out of the ordinary.
        var plainSegments = true
        /// Frames are known again by their bytes.
        var known = true
        /// Requests are kept one by one.
        var log = false
        /// Data is cut at random places; the seed of these.
        var cuts: UInt64?
        /// So many bytes at the beginning of each direction were before the capture.
        var unseen: Int64 = 0
        /// Every message is told, for the depth tables; nil: none is.
        var tables: Limits?
        /// Packets in a batch, at most.
        var batch = Limits().batchPackets
    }

    /// All that was learned.
    let lines: [String]
    /// How many frames are kept to know others by.
    let known: Int
    let file: CaseFile
    /// The depth tables, where they were asked for, and bounds of theirs that were reached.
    let tables: DepthTables?
    let tableTrips: [LimitTrip]

    init(_ capture: String, _ ways: Ways = Ways()) throws { try self.init(at: Repository.capture(capture), ways) }

    init(at path: String, _ ways: Ways) throws {
        var how = CaptureOptions()
        how.limits.batchPackets = ways.batch
        let reader = try CaptureReader(paths: [path], options: how)
        let streams = StreamEngine(limits: Limits())
        let conversations = ConversationEngine(limits: Limits())
        if ways.log { conversations.keepRequests() }
        conversations.known.isUsed = ways.known
        let observer = ways.tables.map { DepthObserver(limits: $0) }
        if let observer { conversations.observe(by: observer) }
        streams.core.takesPlainPackets = ways.plainSegments
        let keys = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("keys").path
        KeyLogReader(paths: [keys], log: conversations.keyLog).readNew(growing: false)
        var cutter = ways.cuts.map { SegmentCutter(seed: $0) }
        func consume(_ batch: StreamBatch) {
            guard ways.unseen > 0 || cutter != nil else { return conversations.consume(batch) }
            var events = Array(batch.events)
            if ways.unseen > 0 { events = events.compactMap { Self.behead($0, ways.unseen) } }
            if let pieces = events.withUnsafeBufferPointer({ cutter?.cut($0) }) { events = pieces }
            events.withUnsafeBufferPointer { conversations.consume(batch.with($0)) }
        }
        while let batch = try reader.nextBatch() {
            conversations.note(times: batch)
            consume(streams.process(batch))
        }
        streams.finish { consume($0) }
        conversations.settle()
        let dump = FactDump(conversations.file)
        var lines = dump.lines + ["\(streams.totals) \(streams.summary)"]
        conversations.requestLog?.forEach { lines.append("request: \(dump.text($0))") }
        self.lines = lines
        known = conversations.known.frames.count
        file = conversations.file
        tables = observer?.tables(end: file.lastTime)
        tableTrips = observer?.trips ?? []
    }

    /// What is left of data whose beginning was not captured.
    private static func behead(_ event: StreamEvent, _ unseen: Int64) -> StreamEvent? {
        guard event.kind == .data, event.offset < unseen, let bytes = event.bytes else { return event }
        let cut = unseen - event.offset
        guard cut < event.length else { return nil }
        var rest = event
        (rest.bytes, rest.offset, rest.length) = (bytes + Int(cut), unseen, event.length - cut)
        return rest
    }

    /// The first line that differs, as both have it; nil where none does.
    static func difference(_ one: FactRun?, _ two: FactRun?) -> String? {
        guard one?.lines != two?.lines else { return nil }
        let lines = [one?.lines ?? ["no capture"], two?.lines ?? ["no capture"]]
        let place = zip(lines[0], lines[1]).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        return place.map { "\(lines[0][$0])\n\(lines[1][$0])" } ?? "\(lines[0].count) and \(lines[1].count) lines"
    }
}

/// Cuts the data of streams at random places, mostly in the first bytes of frames, as a sender or a middlebox may: what is
/// in a stream is the same, wherever its segments end.
struct SegmentCutter {
    private var random: Seeded
    /// Bytes of a frame that tell what it is.
    private static let telling = 14

    init(seed: UInt64) { random = Seeded(seed) }

    /// The pieces have the time and the frame of the event that they were cut from.
    mutating func cut(_ events: UnsafeBufferPointer<StreamEvent>) -> [StreamEvent] {
        var pieces: [StreamEvent] = []
        for event in events {
            guard event.kind == .data, let bytes = event.bytes, event.length > 1 else {
                pieces.append(event)
                continue
            }
            let count = Int(event.length)
            let ends = places(UnsafeBufferPointer(start: bytes, count: count)).sorted() + [count]
            var from = 0
            for end in ends {
                var piece = event
                (piece.bytes, piece.offset, piece.length) = (
                    bytes + from, event.offset + Int64(from), Int64(end - from)
                )
                pieces.append(piece)
                from = end
            }
        }
        return pieces
    }

    private mutating func places(_ bytes: UnsafeBufferPointer<UInt8>) -> Set<Int> {
        if Int.random(in: 0..<16, using: &random) == 0 { return Set(1..<min(bytes.count, 40)) }
        var places: Set = [Int.random(in: 1..<bytes.count, using: &random)]
        var frame = 0
        while frame + 4 <= bytes.count, places.count < 64 {
            let place = frame + Int.random(in: 1...Self.telling, using: &random)
            if place < bytes.count { places.insert(place) }
            let size = bytes.bigEndian32(at: frame)
            guard size > 0 else { break }
            frame += 4 + size
        }
        return places
    }
}
