/// Unpacks a file on a second thread while the first one analyses what was unpacked before. Bytes come in the same order and
/// number as without it; only the time differs.
///
/// Plain files are read without it: the system reads them ahead by itself, and handing their bytes from thread to thread
/// costs what the call saves.
final class UnpackAhead: @unchecked Sendable {
    /// What one turn of the other thread came to.
    private struct Turn {
        let bytes: UnsafeMutableRawPointer
        var filled = 0
        var taken = 0
        var inputBytes: Int64 = 0
        var fault: CaptureFault?
        var isLast = false
    }

    private static let turnBytes = 512 << 10
    private static let turns = 4

    /// A turn belongs to one thread at a time, as the ring says.
    private let turns: UnsafeMutablePointer<Turn>
    private let ring = TurnRing(turns: UnpackAhead.turns)
    private var thread: WorkThread?
    /// The turn that is being read.
    private var current: Int?
    /// Only the other thread calls it.
    private let unpack: (UnsafeMutableRawPointer, Int) throws(CaptureFault) -> Int
    private let inputBytes: () -> Int64
    /// Bytes of the file that the turns handed over so far were made of.
    private(set) var bytesRead: Int64

    /// - Parameter unpack: gives up to so many bytes, 0 at the end. From now on only the other thread may touch what it uses.
    init(
        _ unpack: @escaping (UnsafeMutableRawPointer, Int) throws(CaptureFault) -> Int,
        inputBytes: @escaping () -> Int64
    ) {
        self.unpack = unpack
        self.inputBytes = inputBytes
        bytesRead = inputBytes()
        turns = .allocate(capacity: Self.turns)
        for place in 0..<Self.turns {
            (turns + place).initialize(to: Turn(bytes: .allocate(byteCount: Self.turnBytes, alignment: 4096)))
        }
    }

    deinit {
        for place in 0..<Self.turns { turns[place].bytes.deallocate() }
        turns.deinitialize(count: Self.turns)
        turns.deallocate()
    }

    /// Begins; false where no thread is to be had.
    func start() -> Bool {
        thread = WorkThread { [self] in run() }
        return thread != nil
    }

    /// Ends the other thread. May be called again.
    func finish() {
        ring.stop()
        thread?.join()
        thread = nil
    }

    /// As many bytes as without it: `count`, but for the last ones; 0 at the end.
    func read(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        var given = 0
        while given < count, let number = current ?? ring.wait() {
            current = number
            let turn = turns + number % Self.turns
            bytesRead = turn.pointee.inputBytes
            if turn.pointee.taken == turn.pointee.filled {
                // The last turn stays, to say each time that it was the last.
                if given == 0, let fault = turn.pointee.fault { throw fault }
                break
            }
            let next = min(count - given, turn.pointee.filled - turn.pointee.taken)
            (target + given).copyMemory(from: turn.pointee.bytes + turn.pointee.taken, byteCount: next)
            turn.pointee.taken += next
            given += next
            if turn.pointee.taken == turn.pointee.filled, !turn.pointee.isLast {
                ring.giveBack()
                current = nil
            }
        }
        return given
    }

    /// The other thread.
    private func run() {
        while let number = ring.next() {
            let turn = turns + number % Self.turns
            (turn.pointee.filled, turn.pointee.taken) = (0, 0)
            while turn.pointee.filled < Self.turnBytes, !turn.pointee.isLast {
                do throws(CaptureFault) {
                    let place = turn.pointee.bytes + turn.pointee.filled
                    let got = try unpack(place, Self.turnBytes - turn.pointee.filled)
                    turn.pointee.filled += got
                    turn.pointee.isLast = got == 0
                } catch {
                    (turn.pointee.fault, turn.pointee.isLast) = (error, true)
                }
            }
            turn.pointee.inputBytes = inputBytes()
            let isLast = turn.pointee.isLast
            ring.handOver()
            if isLast { break }
        }
        ring.end()
    }
}
