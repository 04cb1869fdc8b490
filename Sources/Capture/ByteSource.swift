import Vocabulary

/// The unpacked bytes of one input. Whether it is packed, and how, its first bytes tell, not its name.
final class ByteSource {
    let input: FileInput
    let packing: Packing
    private var unpacker: (any Unpacker)?
    /// Packed bytes; where nothing is packed, only those that were read to find that out.
    private let buffer: UnsafeMutableRawPointer
    private var start = 0
    private var end = 0
    private var inputEnded = false
    /// What was wrong with the packed data; what was unpacked before it has been delivered.
    private(set) var damage: Damage?
    /// Why the file could not be read on, where bytes before that have still been delivered.
    private var fault: CaptureFault?
    private var ahead: UnpackAhead?

    private static let bufferBytes = 256 << 10
    /// Waits for what a pipe gives without a pause, as a file would have it, so that the same packets are seen together.
    private let waits: Bool
    /// So long a pipe may be silent meanwhile, in milliseconds, and so long all of that may take.
    private static let pause: Int32 = 100
    private static let longest = Span.seconds(1)

    init(
        path: String, pieces: [Range<Int64>]? = nil, followed: FollowedFile? = nil, waits: Bool = false
    ) throws(CaptureFault) {
        input = try FileInput(path: path, pieces: pieces, followed: followed)
        self.waits = waits && input.size == nil
        buffer = .allocate(byteCount: Self.bufferBytes, alignment: 16)
        // Pipes may give a few bytes at a time, so ask until there are enough for a magic number.
        var filled = 0
        let began = MonotonicClock.now
        while filled < 8 || self.waits && filled < Self.bufferBytes && Self.goesOn(input, since: began) {
            let got: Int
            do { got = try input.read(into: buffer + filled, Self.bufferBytes - filled) } catch {
                buffer.deallocate()
                throw error
            }
            if got == 0 { break }
            filled += got
        }
        end = filled
        packing = Packing(UnsafeRawBufferPointer(start: buffer, count: filled))
        unpacker = packing.makeUnpacker()
    }

    deinit {
        ahead?.finish()
        buffer.deallocate()
        unpacker?.finish()
    }

    var isPacked: Bool { packing != .none }

    /// Has the rest of a packed file unpacked by another thread.
    func unpackAhead() {
        guard packing != .none, input.size != nil, ahead == nil, damage == nil else { return }
        // It is ended before this object goes.
        let made = UnpackAhead(
            { [unowned(unsafe) self] target, count throws(CaptureFault) in try unpack(into: target, count) },
            inputBytes: { [unowned(unsafe) self] in input.bytesRead })
        if made.start() { ahead = made }
    }

    /// Bytes of the file read so far, packed ones where it is packed.
    var bytesRead: Int64 { ahead?.bytesRead ?? input.bytesRead }

    /// Closes the input and frees the unpacker's memory.
    func finish() {
        ahead?.finish()
        input.finish()
        unpacker?.finish()
        unpacker = nil
    }

    /// Up to `count` unpacked bytes; 0 at the end, be it a good one or not (`damage`).
    func read(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        if let ahead { return try ahead.read(into: target, count) }
        // What the packing was told by comes alone, of a file too.
        if waits, packing != .none || start == end { return try fill(target, count) }
        return try readOnce(into: target, count)
    }

    private static func goesOn(_ input: FileInput, since began: Int64) -> Bool {
        MonotonicClock.now.subtractingSaturated(began) < longest && input.isReadable(within: pause)
    }

    /// As many bytes as a pipe gives without a pause.
    private func fill(_ target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        if let fault { throw fault }
        let began = MonotonicClock.now
        var filled = try readOnce(into: target, count)
        while filled > 0, filled < count, damage == nil, Self.goesOn(input, since: began) {
            do throws(CaptureFault) {
                let got = try readOnce(into: target + filled, count - filled)
                if got == 0 { break }
                filled += got
            } catch {
                fault = error
                break
            }
        }
        return filled
    }

    private func readOnce(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        if packing != .none { return try unpack(into: target, count) }
        guard start < end else { return try input.read(into: target, count) }
        let given = min(count, end - start)
        target.copyMemory(from: buffer + start, byteCount: given)
        start += given
        return given
    }

    /// Fills `target` as far as the input gives; a pipe's bytes are handed on as they come.
    private func unpack(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        var filled = 0
        if let fault { throw fault }
        while filled < count, damage == nil, unpacker != nil {
            if start == end, !inputEnded {
                if filled > 0, input.size == nil { break }
                (start, end) = (0, 0)
                do throws(CaptureFault) { end = try input.read(into: buffer, Self.bufferBytes) } catch {
                    fault = error
                    if filled > 0 { break }
                    throw error
                }
                inputEnded = end == 0
            }
            let step = unpackOnce(into: target + filled, count - filled)
            filled += step.made
            if step.made == 0, step.used == 0, inputEnded { return filled + endOfInput() }
        }
        return filled
    }

    private func unpackOnce(into target: UnsafeMutableRawPointer, _ count: Int) -> UnpackStep {
        guard let unpacker else { return UnpackStep() }
        let step = unpacker.unpack(from: buffer + start, end - start, into: target, count)
        start += min(step.used, end - start)
        if let detail = step.damage { damage = Damage(kind: .badPackedData, detail: detail) }
        return step
    }

    private func endOfInput() -> Int {
        if let unpacker, !unpacker.isAtEnd {
            damage = Damage(kind: .cutShort, detail: "the packed data ends before its end mark")
        }
        unpacker?.finish()
        unpacker = nil
        return 0
    }
}

/// What an unpacker did with what it was given.
struct UnpackStep {
    var used = 0
    var made = 0
    var damage: String?
}

/// gzip or zstd. Called once a block, so that a witness table costs nothing that counts.
protocol Unpacker: AnyObject {
    /// Unpacks as much as there is input and room for.
    func unpack(
        from source: UnsafeMutableRawPointer, _ available: Int, into target: UnsafeMutableRawPointer, _ room: Int
    ) -> UnpackStep
    /// Whether the input may end here.
    var isAtEnd: Bool { get }
    /// Frees its memory; may be called again.
    func finish()
}
