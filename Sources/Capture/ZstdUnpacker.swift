import CZstd

/// Zstandard (RFC 8878) by libzstd, of one or several frames. Its window is bounded by the library's default, 128 MiB.
final class ZstdUnpacker: Unpacker {
    private var stream: OpaquePointer?
    private(set) var isAtEnd = false

    init() { stream = ZSTD_createDStream() }

    deinit { finish() }

    func finish() {
        ZSTD_freeDStream(stream)
        stream = nil
    }

    func unpack(
        from source: UnsafeMutableRawPointer, _ available: Int, into target: UnsafeMutableRawPointer, _ room: Int
    ) -> UnpackStep {
        guard let stream else { return UnpackStep(damage: "zstd data cannot be unpacked: no memory") }
        guard available > 0 || !isAtEnd else { return UnpackStep() }
        var input = ZSTD_inBuffer(src: source, size: available, pos: 0)
        var output = ZSTD_outBuffer(dst: target, size: room, pos: 0)
        let code = ZSTD_decompressStream(stream, &output, &input)
        guard ZSTD_isError(code) == 0 else {
            let reason = ZSTD_getErrorName(code).map { String(cString: $0) } ?? "unknown error"
            return UnpackStep(used: input.pos, made: output.pos, damage: "the zstd data is damaged (\(reason))")
        }
        isAtEnd = code == 0
        return UnpackStep(used: input.pos, made: output.pos)
    }
}
