import Vocabulary

/// When records were first and last stored in a partition.
struct PartitionWrites {
    var name: PartitionName
    var first: CaptureTime
    var last: CaptureTime
}
