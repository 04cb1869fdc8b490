import Capture
import Streams

/// Runs a `PacketStage` on a thread of its own, a few turns ahead of the caller, who uses what it tells.
///
/// Nothing is decided by how far it is ahead: batches are those that one thread would read, and are used in their order.
final class ReadAhead: @unchecked Sendable {
    /// So many are filled before the first is used up: as many as a few blocks hold, for a block is read, unpacked and listed whole.
    private static let turns = 8
    /// A turn is handed over with so many packets, or where more has to be read first: often enough that neither thread waits for
    /// long, and seldom enough that waking the other one costs nothing.
    private static let packetsOfTurn = 2048

    /// What is handed over at once. It belongs to one thread at a time, as the ring says.
    private final class Turn {
        let told = StreamTurn()
        var parts: [PacketStage.Part] = []
    }

    /// Only the other thread uses it while that runs.
    private let stage: PacketStage
    private let ring = TurnRing(turns: ReadAhead.turns)
    private let turns = (0..<ReadAhead.turns).map { _ in Turn() }
    /// What ended the other thread; to be read when it has ended.
    private var fault: CaptureFault?
    /// Called by both threads now and then; only tests have one.
    private let delay: (@Sendable () -> Void)?

    init(_ stage: PacketStage, delay: (@Sendable () -> Void)?) { (self.stage, self.delay) = (stage, delay) }

    /// Calls with what each batch told, in order, until that says false, or the capture ends. What has been read by then is told
    /// all the same.
    /// - Returns: whether it was stopped; nil, with nothing done, where no thread is to be had.
    func run(
        _ use: (PacketStage.Part, StreamBatch) -> Void, goesOn: (PacketStage.Part) -> Bool
    ) throws(CaptureFault) -> Bool? {
        stage.reader.lend(by: ring)
        guard let thread = WorkThread({ [self] in fillAll() }) else { return nil }
        var stopped = false
        while let number = ring.wait() {
            let turn = turns[number % turns.count]
            for part in turn.parts {
                delay?()
                use(part, turn.told.told.part(part.events))
                guard !stopped, !goesOn(part) else { continue }
                stopped = true
                ring.stop()
            }
            ring.giveBack()
        }
        thread.join()
        if let fault, !stopped { throw fault }
        return stopped
    }

    // MARK: The other thread

    private func fillAll() {
        do throws(CaptureFault) {
            while let number = ring.next() {
                guard try fill(turns[number % turns.count]) else { break }
                ring.handOver()
            }
        } catch { fault = error }
        ring.end()
    }

    /// - Returns: false at the end of the capture.
    private func fill(_ turn: Turn) throws(CaptureFault) -> Bool {
        stage.streams.takeBack(turn.told)
        turn.parts.removeAll(keepingCapacity: true)
        delay?()
        guard let first = try stage.next() else { return false }
        turn.parts.append(first)
        var packets = first.packets
        while packets < Self.packetsOfTurn, let part = try stage.next(isAtHand: true) {
            turn.parts.append(part)
            packets += part.packets
        }
        stage.streams.handOver(to: turn.told)
        return true
    }
}
