import Streams
import Vocabulary

/// Where one direction of a connection stands, as one layer sees its bytes.
struct DirectionState {
    /// Who is given the bytes.
    enum Layer: UInt8 {
        /// The stream's first bytes are awaited, or too few to tell.
        case first
        /// Size-prefixed frames; in the middle of a stream their beginning may have to be found first.
        case frames
        case tls
        /// Something that is not followed.
        case ignored
    }

    var framing = Framing()
    /// The offset up to which the other side's TCP has acknowledged what was sent, as far as was told; -1: nothing.
    var acknowledged: Int64 = -1
    /// The reader of the current frame; -1: none.
    var reader: Int32 = -1
    /// The known frame that the last one was like; -1: none.
    var known: Int32 = -1
    /// Bytes that wait to be told apart (`HeldBytes`); -1: none.
    var held: Int32 = -1
    var layer = Layer.first
    var spoke = SpokenProtocol.silent
    var sawData = false
    /// A beginning is looked for, and the next byte is the first behind a hole or of the capture: mostly a segment's first,
    /// where a frame is more likely to begin than anywhere else.
    var isFresh = false

    @inline(__always) var isSearching: Bool { layer == .frames && framing.alignment == .none }

    /// Surely aligned with Kafka's messages, and between two of them.
    @inline(__always) var awaitsMessage: Bool {
        layer == .frames && framing.awaitsMessage && reader < 0
    }
}

/// One direction of a connection at one layer: bytes as TCP has them, or the plaintext inside TLS records.
struct Direction {
    let connection: Connection
    let side: Side
    let state: UnsafeMutablePointer<DirectionState>
    let isDecrypted: Bool

    @inline(__always)
    init(_ connection: Connection, _ side: Side) {
        (self.connection, self.side) = (connection, side)
        (state, isDecrypted) = (connection.direction(side), false)
    }

    init(_ connection: Connection, _ side: Side, inside layer: TLSLayer) {
        (self.connection, self.side) = (connection, side)
        (state, isDecrypted) = (layer.direction(side), true)
    }

    /// Requests come this way, as far as is known.
    @inline(__always) var isRequests: Bool { side == connection.pointee.clientSide }

    /// The other way, at the same layer.
    var opposite: Direction {
        guard isDecrypted, let layer = connection.pointee.tls else { return Direction(connection, side.other) }
        return Direction(connection, side.other, inside: layer)
    }
}

extension UnsafeMutablePointer<LiveConnection> {
    /// A direction at the layer where Kafka's messages are: inside TLS, where there is TLS.
    func messages(_ side: Side) -> Direction {
        guard let layer = pointee.tls, direction(side).pointee.layer == .tls else { return Direction(self, side) }
        return Direction(self, side, inside: layer)
    }

    @inline(__always)
    func direction(_ side: Side) -> UnsafeMutablePointer<DirectionState> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: DirectionState.self) + side.index
    }
}
