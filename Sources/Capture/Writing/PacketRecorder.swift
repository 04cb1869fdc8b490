public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Records every packet, in one file or in a row of them.
public final class PacketRecorder: PacketTaker {
    /// When a new file is begun, and how many are kept.
    public struct Rotation: Sendable {
        public var bytes: Int64?
        /// Of capture time.
        public var nanoseconds: Int64?
        /// Older ones are removed; nil: all are kept.
        public var keep: Int?
        public init() {}
        var isSet: Bool { bytes != nil || nanoseconds != nil }
    }

    /// As it was named, or with the time of the run in it where an earlier one left files under that name.
    public let path: String
    private let rotation: Rotation
    private let nameOf: (Int) -> String
    private var writer: PcapNGWriter
    private var number = 1
    private var began: CaptureTime?
    private var paths: [String] = []
    /// Why recording ended before the run, in words; told once.
    public private(set) var failure: String?

    public let wantsMarks = false

    /// - Parameters:
    ///   - path: the file; with rotation its numbers stand before the last dot: `all-00001.pcapng`. What is there is left as it
    ///     is, and counts as kept.
    ///   - time: of the run, for the name.
    public init(
        path: String, rotation: Rotation, at time: String = RunFiles.now(), nameOf: @escaping (Int) -> String
    ) throws(CaptureFault) {
        let earlier = RunFiles.earlier(path, numbered: rotation.isSet)
        self.path = earlier.isEmpty ? path : RunFiles.marked(path, time)
        self.rotation = rotation
        self.nameOf = nameOf
        let first = rotation.isSet ? Self.numbered(self.path, 1) : self.path
        writer = try PcapNGWriter(path: first, comment: Self.comment, nameOf: nameOf)
        paths = (rotation.isSet ? earlier : []) + [first]
        removeOld()
    }

    private static let comment = "recorded by brokertap live; holds all that was captured, sign-in tokens included"

    /// The files of this run that are still there, in order.
    public var recorded: [String] { Array(paths.suffix(number)) }

    /// `all-00001.pcapng` of `all.pcapng`.
    static func numbered(_ path: String, _ number: Int) -> String {
        let digits = String(number)
        return RunFiles.inserted("-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits, path)
    }

    public func take(_ batch: UnsafeBufferPointer<PacketEntry>, harmless: HarmlessBytes) {
        guard failure == nil else { return }
        for entry in batch {
            if isDue(entry.time) { turnOver() }
            if failure != nil { return }
            if began == nil { began = entry.time }
            writer.add(entry)
        }
        note()
    }

    private func isDue(_ time: CaptureTime) -> Bool {
        if let bytes = rotation.bytes, writer.bytes >= bytes { return true }
        guard let span = rotation.nanoseconds, let began else { return false }
        return time.since(began) >= span
    }

    private func turnOver() {
        writer.close()
        note()
        number += 1
        began = nil
        do {
            let next = Self.numbered(path, number)
            writer = try PcapNGWriter(path: next, comment: Self.comment, nameOf: nameOf)
            paths.append(next)
        } catch {
            failure = "\(error)"
        }
        removeOld()
    }

    private func removeOld() {
        while let keep = rotation.keep, paths.count > max(1, keep) { _ = unlink(paths.removeFirst()) }
    }

    private func note() {
        guard failure == nil, let code = writer.failure else { return }
        failure = "\(paths.last ?? path): recording ended: \(String(cString: strerror(code)))"
    }

    /// Hands on what is held, so that others can read it.
    public func flush() {
        writer.flush()
        note()
    }

    public func close() { writer.close() }
}
