import Vocabulary

/// Other bytes in place of those that a stream has from an offset on.
struct StreamPatch {
    var offset: Int64
    var bytes: [UInt8]
    var end: Int64 { offset.addingSaturated(Int64(bytes.count)) }
}
