internal import CZlib

/// gzip (RFC 1952) by zlib into memory: no name and no time in the header, so that equal input gives equal bytes.
///
/// A class, because zlib remembers where its stream lies.
final class Gzip {
    private var stream = z_stream()
    private let isLive: Bool
    private(set) var packed: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: 64 << 10)

    /// Columns of numbers have short matches by chance only: `Z_FILTERED` leaves those to Huffman's codes. With it level 4
    /// gives fewer bytes than level 6 does without, in two fifths of the time.
    init(level: Int32 = 4) {
        // 15 + 16: the largest window, gzip's header and trailer.
        let size = Int32(MemoryLayout<z_stream>.size)
        isLive = deflateInit2_(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_FILTERED, ZLIB_VERSION, size) == Z_OK
    }

    deinit { if isLive { deflateEnd(&stream) } }

    func add(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { run($0, Z_NO_FLUSH) } }

    func finish() -> [UInt8] {
        run(UnsafeBufferPointer(start: nil, count: 0), Z_FINISH)
        return packed
    }

    private func run(_ input: UnsafeBufferPointer<UInt8>, _ flush: Int32) {
        guard isLive else { return }
        // zlib reads the input only; its interface is older than `const`.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(clamping: input.count)
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

/// Base64 (RFC 4648) with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// A multiple of three, so that only the last block is padded.
    private static let blockBytes = 48 << 10

    /// A block at a time, so that the text is never held as a whole.
    static func encode(_ bytes: [UInt8], to sink: any ByteSink) {
        for start in stride(from: 0, to: bytes.count, by: blockBytes) {
            sink.write(encode(bytes[start..<min(bytes.count, start + blockBytes)]))
        }
    }

    static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var i = bytes.startIndex
        while i + 2 < bytes.endIndex {
            add(UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]), 4, to: &result)
            i += 3
        }
        switch bytes.endIndex - i {
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
