#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Turns that go from the thread that fills them to the one that uses them up, in order. The one home of a lock.
///
/// Turns are counted from 0. A turn belongs to the filling thread from `next` to `handOver`, and to the using thread from `wait`
/// to `giveBack`; what either wrote before is seen by the other. So what a turn holds needs no lock of its own.
public final class TurnRing: @unchecked Sendable {
    // All of these are read and changed under the lock, `filled` also read by the filling and `used` by the using thread without:
    // only they change it.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// Turns handed over, and given back, since the beginning.
    private var filled = 0
    private var used = 0
    private var isStopped = false
    private var isEnded = false
    private let turns: Int

    /// - Parameter turns: that are there at once.
    public init(turns: Int) {
        self.turns = max(1, turns)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
    }

    // MARK: The filling thread

    /// The number of the turn that is filled now, or will be next.
    public var current: Int { filled }

    /// Waits for a turn to fill; nil where nobody wants more.
    public func next() -> Int? {
        locked {
            while filled - used == turns, !isStopped { pthread_cond_wait(changed, lock) }
            return isStopped ? nil : filled
        }
    }

    public func handOver() {
        locked {
            filled += 1
            pthread_cond_broadcast(changed)
        }
    }

    /// No turn follows.
    public func end() {
        locked {
            isEnded = true
            pthread_cond_broadcast(changed)
        }
    }

    /// Nobody wants more than the turn that is filled now.
    public var isStopping: Bool { locked { isStopped } }

    /// Whether a turn has been given back.
    public func isFree(_ turn: Int) -> Bool { locked { turn < used } }

    /// Waits until a turn has been given back.
    /// - Precondition: it has been handed over.
    public func waitUntilFree(_ turn: Int) {
        locked { while turn >= used { pthread_cond_wait(changed, lock) } }
    }

    // MARK: The using thread

    /// Waits for the next turn; nil where the last one has been given back.
    public func wait() -> Int? {
        locked {
            while filled == used, !isEnded { pthread_cond_wait(changed, lock) }
            return filled == used ? nil : used
        }
    }

    public func giveBack() {
        locked {
            used += 1
            pthread_cond_broadcast(changed)
        }
    }

    /// Asks the filling thread to end behind the turn that it fills now. May be asked again.
    public func stop() {
        locked {
            isStopped = true
            pthread_cond_broadcast(changed)
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}

/// A thread that runs one function.
public final class WorkThread {
    private let thread: pthread_t
    private var isJoined = false

    /// What the thread is given.
    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Begins; nil where no thread is to be had.
    public init?(_ run: @escaping @Sendable () -> Void) {
        var started = pthread_t()
        let work = Unmanaged.passRetained(Work(run))
        let failed = pthread_create(
            &started, nil,
            { given in
                guard let given else { return nil }
                Unmanaged<Work>.fromOpaque(given).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        if failed != 0 {
            work.release()
            return nil
        }
        thread = started
    }

    deinit { join() }

    /// Waits until the function has returned. May be called again.
    public func join() {
        if !isJoined { pthread_join(thread, nil) }
        isJoined = true
    }
}
