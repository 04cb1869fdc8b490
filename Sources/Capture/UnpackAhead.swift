#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

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

    // All of these are changed under the lock, but for the bytes of a turn, which belong to one thread at a time.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var ring: [Turn]
    /// Turns filled, and turns used up, since the beginning.
    private var filled = 0
    private var used = 0
    private var isStopped = false
    private var thread: pthread_t?
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
        ring = (0..<Self.turns).map { _ in Turn(bytes: .allocate(byteCount: Self.turnBytes, alignment: 4096)) }
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        for turn in ring { turn.bytes.deallocate() }
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
    }

    /// Begins; false where no thread is to be had.
    func start() -> Bool {
        var started = pthread_t()
        // The thread keeps this object until it ends.
        let own = Unmanaged.passRetained(self)
        let failed = pthread_create(&started, nil, runAhead, own.toOpaque())
        if failed != 0 {
            own.release()
            return false
        }
        thread = started
        return true
    }

    /// Ends the other thread. May be called again.
    func finish() {
        guard let thread else { return }
        locked {
            isStopped = true
            pthread_cond_broadcast(changed)
        }
        pthread_join(thread, nil)
        self.thread = nil
    }

    /// Up to `count` bytes, as soon as there are any; 0 at the end.
    func read(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        let place = used % Self.turns
        let turn = locked {
            while filled == used { pthread_cond_wait(changed, lock) }
            return ring[place]
        }
        bytesRead = turn.inputBytes
        if turn.taken == turn.filled {
            if let fault = turn.fault { throw fault }
            return 0
        }
        let given = min(count, turn.filled - turn.taken)
        target.copyMemory(from: turn.bytes + turn.taken, byteCount: given)
        locked {
            ring[place].taken += given
            // The last turn stays, to say each time that it was the last.
            guard ring[place].taken == ring[place].filled, !ring[place].isLast else { return }
            used += 1
            pthread_cond_broadcast(changed)
        }
        return given
    }

    // MARK: The other thread

    fileprivate func run() {
        while let turn = next() {
            var (filled, fault, isLast) = (0, CaptureFault?.none, false)
            while filled < Self.turnBytes, !isLast {
                do throws(CaptureFault) {
                    let got = try unpack(turn.bytes + filled, Self.turnBytes - filled)
                    filled += got
                    isLast = got == 0
                } catch {
                    (fault, isLast) = (error, true)
                }
            }
            hand(over: filled, fault, isLast)
            if isLast { return }
        }
    }

    /// A turn to fill; nil where nobody wants more.
    private func next() -> Turn? {
        locked {
            while filled - used == Self.turns, !isStopped { pthread_cond_wait(changed, lock) }
            return isStopped ? nil : ring[filled % Self.turns]
        }
    }

    private func hand(over count: Int, _ fault: CaptureFault?, _ isLast: Bool) {
        locked {
            let place = filled % Self.turns
            (ring[place].filled, ring[place].taken, ring[place].inputBytes) = (count, 0, inputBytes())
            (ring[place].fault, ring[place].isLast) = (fault, isLast)
            filled += 1
            pthread_cond_broadcast(changed)
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}

/// What the thread runs: a function without context, as pthread asks for.
private func runAhead(_ own: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let own else { return nil }
    Unmanaged<UnpackAhead>.fromOpaque(own).takeRetainedValue().run()
    return nil
}
