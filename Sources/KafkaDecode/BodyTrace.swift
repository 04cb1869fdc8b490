/// What a decode run tells of the bytes it went over.
protocol DecodeTrace {
    /// Bytes that decide nothing: neither what is decoded next nor any field that is handed on.
    mutating func unread(_ at: Int, _ count: Int)
    /// A number that is handed on.
    mutating func number(_ tag: UInt16, _ at: Int, _ size: Int)
    /// A records field: its length, and the bytes in which that is written.
    mutating func records(_ at: Int, _ lengthBytes: Int, _ value: Int)
    /// A record batch: the part of its header that is handed on, and all of it.
    mutating func batch(_ tag: UInt16, _ at: Int, header: Int, whole: Int)
}

/// For runs that only decode; the optimiser leaves no trace of it.
struct NoTrace: DecodeTrace {
    @inline(__always) mutating func unread(_ at: Int, _ count: Int) {}
    @inline(__always) mutating func number(_ tag: UInt16, _ at: Int, _ size: Int) {}
    @inline(__always) mutating func records(_ at: Int, _ lengthBytes: Int, _ value: Int) {}
    @inline(__always) mutating func batch(_ tag: UInt16, _ at: Int, header: Int, whole: Int) {}
}

/// Which bytes of a body are free: another body of the same version and length that differs in no other byte decodes to the
/// same fields, but for the numbers at the named places.
public struct BodyTrace: DecodeTrace {
    /// A place whose value the receiver reads for itself.
    public struct Place {
        public var tag: UInt16
        public var at: Int
        /// A record batch's header, not a number.
        public var isBatch: Bool
    }

    /// Where the records of a body lie that has them in one field and one batch.
    public struct Records {
        /// The field's length: place, bytes in which it is written, value.
        public var at: Int
        public var lengthBytes: Int
        public var length: Int
        /// The batch begins here and goes on to the field's end; 0 while none was seen.
        public var batch = 0
    }

    private var batches = 0

    /// All records fields, in order; one that is null or empty has a length of -1 or 0.
    public private(set) var allRecords: [Records] = []

    /// The only records field with the only batch in it, where it is so and the batch is whole.
    public var onlyRecords: Records? {
        guard batches == 1, allRecords.count == 1, allRecords[0].batch > 0 else { return nil }
        return allRecords[0]
    }

    /// Free bytes, in order.
    public private(set) var free: [Range<Int>] = []
    public private(set) var places: [Place] = []
    private let loose: [UInt16]

    /// - Parameter loose: tags of numbers, and of records, that the receiver reads for itself.
    init(loose: [UInt16]) { self.loose = loose }

    mutating func unread(_ at: Int, _ count: Int) { if count > 0 { free.append(at..<(at + count)) } }

    mutating func number(_ tag: UInt16, _ at: Int, _ size: Int) {
        guard loose.contains(tag) else { return }
        places.append(Place(tag: tag, at: at, isBatch: false))
        unread(at, size)
    }

    mutating func records(_ at: Int, _ lengthBytes: Int, _ value: Int) {
        allRecords.append(Records(at: at, lengthBytes: lengthBytes, length: value))
    }

    /// Size, format and attributes of a batch (KIP-98) decide how it is read, and stay bound.
    mutating func batch(_ tag: UInt16, _ at: Int, header: Int, whole: Int) {
        batches += 1
        guard loose.contains(tag), header >= 61 else { return unread(at + header, whole - header) }
        if let field = allRecords.last, at == field.at + field.lengthBytes, whole == field.length {
            allRecords[allRecords.count - 1].batch = at
        }
        places.append(Place(tag: tag, at: at, isBatch: true))
        unread(at, 8)
        unread(at + 12, 4)
        unread(at + 17, 4)
        unread(at + 23, whole - 23)
    }
}

extension MessageDecoder {
    /// Decodes a whole body once more to learn which of its bytes are free; nil where it is not decoded to its end. Leaves
    /// its fields in the buffer.
    public static func trace(
        _ plan: DecodePlan, _ body: UnsafeBufferPointer<UInt8>, loose: [UInt16], into fields: FieldBuffer
    ) -> BodyTrace? {
        var decoder = MessageDecoder()
        decoder.start(plan, bodyLength: Int64(body.count))
        var trace = BodyTrace(loose: loose)
        guard case .complete = decoder.feed(body, into: fields, &trace) else { return nil }
        return trace
    }
}
