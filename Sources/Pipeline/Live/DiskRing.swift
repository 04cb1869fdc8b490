import Capture
import Conversations
public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The last packets on disk: a row of pcapng files, of which the oldest goes where there is no room for the next. Each is whole at
/// any moment but for what came within half a second, so that what is left of a run that was killed can be analysed.
public final class DiskRing: PacketTaker {
    private let directory: String
    private let keepsSecrets: Bool
    private let nameOf: (Int) -> String
    /// Held while the run lasts: no other run may remove its files.
    private let lock: Int32
    private var bytes: Int64
    /// What is there besides the file that is being written, earlier runs' files included, oldest first.
    private var older: [(name: String, bytes: Int64)]
    private var current: (name: String, writer: PcapNGWriter)?
    private var blanker = HarmlessCopy()
    private var copy: UnsafeMutableRawBufferPointer
    private var lastFlush: Int64
    /// Not before then is writing tried again.
    private var retry = Int64.min
    private var unflushed: Int64 = 0
    private var lost: Int64 = 0
    private var isFailing = false
    private var complaints: [String] = []

    public var wantsMarks: Bool { !keepsSecrets }

    /// The ring is cut into so many files.
    private static let files: Int64 = 8
    /// Less is no ring.
    public static let leastBytes: Int64 = 1 << 20
    private static let flushStep = Span.milliseconds(500)
    private static let retryStep = Span.seconds(1)

    /// - Parameters:
    ///   - directory: there already; other files in it stay as they are.
    ///   - bytes: of all files together.
    ///   - keepsSecrets: bytes that are not known to be harmless are not blanked.
    ///   - nameOf: the name of a source.
    public init(
        directory: String, bytes: Int64, keepsSecrets: Bool, nameOf: @escaping (Int) -> String
    ) throws(DiskRingFault) {
        lock = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw DiskRingFault("\(directory): \(String(cString: strerror(errno)))") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw DiskRingFault("\(directory): another run keeps its ring there")
        }
        self.directory = directory
        self.bytes = bytes
        self.keepsSecrets = keepsSecrets
        self.nameOf = nameOf
        lastFlush = MonotonicClock.now
        copy = .allocate(byteCount: 64 << 10, alignment: 16)
        older = RingName.files(in: directory)
    }

    deinit {
        copy.deallocate()
        close(lock)
    }

    private var share: Int64 { bytes / Self.files }

    // MARK: Taking

    public func take(_ batch: UnsafeBufferPointer<PacketEntry>, harmless: HarmlessBytes) {
        let ranges = keepsSecrets ? [] : harmless.inOrder
        for entry in batch {
            if let current, current.writer.bytes + Int64(entry.capturedLength) + Self.blockBytes > share { turnOver() }
            guard let writer = current?.writer ?? begin(at: entry.time) else {
                lost += 1
                continue
            }
            writer.add(keepsSecrets ? entry : blanked(entry, ranges))
            unflushed += 1
        }
        turn()
    }

    /// Of a packet's block besides its bytes.
    private static let blockBytes: Int64 = 64

    /// A copy that is good until the next one.
    private func blanked(_ entry: PacketEntry, _ harmless: [Range<UInt>]) -> PacketEntry {
        let count = Int(entry.capturedLength)
        let room = HarmlessCopy.placeOfList(count) + HarmlessCopy.listBytes
        if room > copy.count {
            copy.deallocate()
            copy = .allocate(byteCount: room, alignment: 16)
        }
        guard let start = copy.baseAddress else { return entry }
        start.copyMemory(from: entry.bytes, byteCount: count)
        let list = HarmlessCopy.blank(start, entry, blanker.look(at: entry), harmless)
        var blanked = entry
        blanked.bytes = UnsafePointer(start.assumingMemoryBound(to: UInt8.self))
        blanked.blanks = HarmlessCopy.put(list, behind: count, of: start)
        return blanked
    }

    /// Hands on what is held, where that is due. To be called several times a second.
    public func turn() {
        guard let writer = current?.writer else { return }
        let now = MonotonicClock.now
        if now - lastFlush >= Self.flushStep {
            lastFlush = now
            writer.flush()
        }
        if let code = writer.failure { return fail(code) }
        guard lastFlush == now, unflushed > 0 else { return }
        unflushed = 0
        tellEnd()
    }

    /// Ends the file that is being written.
    public func finish() {
        turnOver()
        tellEnd()
    }

    // MARK: Files

    private func begin(at time: CaptureTime) -> PcapNGWriter? {
        guard MonotonicClock.now >= retry else { return nil }
        while !older.isEmpty, older.reduce(share, { $0 + $1.bytes }) > bytes { removeOldest() }
        let name = RingName.free(time, in: directory)
        do {
            let writer = try PcapNGWriter(
                path: "\(directory)/\(name)", comment: RingName.comment(keepsSecrets), blanked: !keepsSecrets,
                nameOf: nameOf)
            // What a full disk has no room for is known at once.
            writer.flush()
            current = (name, writer)
            if let code = writer.failure {
                fail(code)
                return nil
            }
            return writer
        } catch {
            complain("\(error)")
            return nil
        }
    }

    private func turnOver() {
        guard let (name, writer) = current else { return }
        writer.close()
        if let code = writer.failure { return fail(code) }
        older.append((name, writer.written))
        (current, unflushed) = (nil, 0)
    }

    private func removeOldest() {
        let name = older.removeFirst().name
        if unlink("\(directory)/\(name)") != 0, errno != ENOENT {
            complaints.append("\(directory)/\(name): cannot be removed: \(String(cString: strerror(errno)))")
        }
    }

    // MARK: Faults

    /// The ring goes on in another file, once there is room. On a full disk that is its own: it has grown as far as it can.
    private func fail(_ code: Int32) {
        guard let (name, writer) = current else { return }
        current = nil
        writer.close()
        lost += unflushed
        unflushed = 0
        if writer.packets > 0, writer.written > 0 {
            older.append((name, writer.written))
        } else {
            _ = unlink("\(directory)/\(name)")
        }
        if code == ENOSPC || code == EDQUOT, older.count > 2 {
            bytes = max(Self.leastBytes, min(bytes, older.reduce(0) { $0 + $1.bytes }))
            removeOldest()
        }
        complain("\(directory): \(String(cString: strerror(code)))")
    }

    private func complain(_ text: String) {
        retry = MonotonicClock.now + Self.retryStep
        if !isFailing { complaints.append("\(text); packets are left out of the ring") }
        isFailing = true
    }

    private func tellEnd() {
        if isFailing, lost > 0 {
            complaints.append("\(directory): \(lost) packets were left out of the ring")
        }
        (isFailing, lost) = (false, 0)
    }

    /// What went wrong since it was last asked, and that it is over.
    public func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }
}

/// Why there is no ring.
public struct DiskRingFault: Error, CustomStringConvertible {
    public let description: String
    init(_ text: String) { description = text }
}

/// How the ring's files are called: `ring-20261121T041446.250Z.pcapng`, with the time of the first packet.
enum RingName {
    private static let (start, end) = ("ring-", ".pcapng")
    private static let mark = "ring of brokertap live"

    static func comment(_ keepsSecrets: Bool) -> String {
        keepsSecrets ? "\(mark); holds sign-in tokens and records" : mark
    }

    /// A name that nothing has yet.
    static func free(_ time: CaptureTime, in directory: String) -> String {
        let fraction = String((time.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000 / 1_000_000 + 1000)
            .dropFirst()
        let text = "\(RunFiles.text(time).dropLast()).\(fraction)Z"
        return RunFiles.unused({ "\(start)\(text)\($0)\(end)" }) { access("\(directory)/\($0)", F_OK) != 0 }
    }

    /// The ring's own files, oldest first. What else is called like that was written by others, and stays.
    static func files(in directory: String) -> [(name: String, bytes: Int64)] {
        let mine = RunFiles.entries(directory).filter(isOne).compactMap { name -> (Int64, String, Int64)? in
            var facts = stat()
            let path = "\(directory)/\(name)"
            guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, isOwn(path) else { return nil }
            return (RunFiles.age(path), name, Int64(facts.st_size))
        }
        return mine.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { ($0.1, $0.2) }
    }

    static func isOne(_ name: String) -> Bool {
        guard name.hasPrefix(start), name.hasSuffix(end), name.count > start.count + end.count else { return false }
        let form = name.dropFirst(start.count).dropLast(end.count).map { $0.isASCII && $0.isNumber ? "0" : $0 }
        let time = "00000000T000000.000Z"
        // Behind it a number, where several began in one millisecond.
        let number = String(form).dropFirst(time.count)
        return String(form).hasPrefix(time)
            && (number.isEmpty || number.first == "." && number.dropFirst().allSatisfy { $0 == "0" })
    }

    /// Its section says so.
    private static func isOwn(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        var head = [UInt8](repeating: 0, count: 28 + mark.utf8.count)
        let count = head.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return count == head.count && head.dropFirst(28).elementsEqual(mark.utf8)
    }
}
