import CZlib

/// gzip (RFC 1952) by zlib, of one or several members.
final class GzipUnpacker: Unpacker {
    private var stream = z_stream()
    private var isLive: Bool
    private var members = 0
    private(set) var isAtEnd = false

    init() {
        // 15 + 16: the largest window, gzip's header and trailer.
        isLive = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit { finish() }

    func finish() {
        if isLive { inflateEnd(&stream) }
        isLive = false
    }

    func unpack(
        from source: UnsafeMutableRawPointer, _ available: Int, into target: UnsafeMutableRawPointer, _ room: Int
    ) -> UnpackStep {
        guard isLive else { return UnpackStep(damage: "gzip data cannot be unpacked: no memory") }
        guard available > 0 || !isAtEnd else { return UnpackStep() }
        if isAtEnd {
            // Zero bytes behind a member are padding, as of tapes; anything else has to be another member.
            if source.load(as: UInt8.self) == 0 { return UnpackStep(used: available) }
            inflateReset(&stream)
            isAtEnd = false
        }
        stream.next_in = source.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(clamping: available)
        stream.next_out = target.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(clamping: room)
        let code = inflate(&stream, Z_NO_FLUSH)
        let used = available - Int(stream.avail_in)
        let made = room - Int(stream.avail_out)
        if code == Z_STREAM_END {
            isAtEnd = true
            members += 1
        }
        let isGood = code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR
        return UnpackStep(used: used, made: made, damage: isGood ? nil : wording)
    }

    private var wording: String {
        members > 0 ? "what follows the packed data is not gzip" : "the gzip data is damaged"
    }
}
