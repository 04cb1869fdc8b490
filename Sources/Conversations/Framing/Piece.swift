import Streams
import Vocabulary

/// A piece of one direction's stream: bytes in order, with where and when they were captured.
struct Piece {
    var bytes: UnsafeBufferPointer<UInt8>
    var offset: Int64
    var time: CaptureTime
    var frame: FrameRef
    /// Of plaintext: where in the TCP stream the record ends that it came in; -1: the bytes are TCP's own.
    var sealedEnd: Int64 = -1

    @inline(__always) var isDecrypted: Bool { sealedEnd >= 0 }
    /// Where in the TCP stream the piece ends.
    @inline(__always) var wireEnd: Int64 { isDecrypted ? sealedEnd : offset + Int64(bytes.count) }

    /// The piece without its first `n` bytes.
    func dropping(_ n: Int) -> Piece {
        var rest = self
        rest.bytes = bytes.slice(from: n)
        rest.offset += Int64(n)
        return rest
    }

    /// The piece's first `n` bytes.
    func first(_ n: Int) -> Piece {
        var part = self
        part.bytes = bytes.slice(from: 0, count: n)
        return part
    }
}

/// Bytes of one direction's stream that are missing.
struct Gap {
    var length: Int64
    var offset: Int64
    var time: CaptureTime
    var frame: FrameRef
    /// What a snap length cut off is missing for sure, and takes no frame along unless one begins in it.
    var isCutBySnapLength = false
    var sealedEnd: Int64 = -1

    /// The place behind so many of the missing bytes, for what ends there.
    func end(of missing: Int64) -> Piece {
        Piece(
            bytes: UnsafeBufferPointer(start: nil, count: 0), offset: offset + missing, time: time, frame: frame,
            sealedEnd: sealedEnd)
    }
}
