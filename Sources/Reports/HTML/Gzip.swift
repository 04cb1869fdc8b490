internal import CZlib

/// gzip (RFC 1952) by zlib into memory: no name and no time in the header, so that equal input gives equal bytes.
///
/// A class, because zlib remembers where its stream lies.
final class Gzip {
    private var stream = z_stream()
    private let isLive: Bool
    private(set) var packed: [UInt8] = []
    private static let blockBytes = 64 << 10

    init(level: Int32 = 6) {
        // 15 + 16: the largest window, gzip's header and trailer.
        let size = Int32(MemoryLayout<z_stream>.size)
        isLive = deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    }

    deinit { if isLive { deflateEnd(&stream) } }

    func add(_ bytes: [UInt8]) { run(bytes, Z_NO_FLUSH) }

    func finish() -> [UInt8] {
        run([], Z_FINISH)
        return packed
    }

    private func run(_ bytes: [UInt8], _ flush: Int32) {
        guard isLive else { return }
        var input = bytes
        var room = [UInt8](repeating: 0, count: Self.blockBytes)
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(clamping: source.count)
            var isDone = false
            while !isDone {
                let made = room.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(clamping: target.count)
                    let code = deflate(&stream, flush)
                    isDone = code != Z_OK || stream.avail_out > 0
                    return target.count - Int(stream.avail_out)
                }
                packed += room[..<made]
            }
        }
    }
}

/// Base64 (RFC 4648) with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var i = 0
        while i + 2 < bytes.count {
            add(UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]), 4, to: &result)
            i += 3
        }
        switch bytes.count - i {
        case 1: add(UInt32(bytes[i]) << 16, 2, to: &result)
        case 2: add(UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8, 3, to: &result)
        default: break
        }
        while result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return result
    }

    private static func add(_ word: UInt32, _ count: Int, to result: inout [UInt8]) {
        for place in 0..<count { result.append(digits[Int(word >> UInt32(18 - 6 * place)) & 63]) }
    }
}
