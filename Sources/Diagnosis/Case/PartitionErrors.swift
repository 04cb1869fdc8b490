import Conversations
import KafkaSchema
import Vocabulary

/// What clients were refused at partitions that Metadata may tell as unwell: by the finding that tells it, and by partition.
struct PartitionErrors {
    private struct Key: Hashable {
        var error: String
        var client: String
        var server: String
    }

    private var subjects: [Key: Set<ErrorSubject>] = [:]
    /// When one without a leader, or with too few replicas, was last refused and not served since.
    private var lastWithoutLeader: [PartitionName: CaptureTime] = [:]
    private var lastWithTooFew: [PartitionName: CaptureTime] = [:]

    /// Partitions that were told as unwell for long, and never as well again.
    private var leaderlessToTheEnd: Set<PartitionName> = []
    private var tooFewToTheEnd: Set<PartitionName> = []

    init(_ file: CaseFile) {
        for row in file.errors.rows.values {
            guard let name = KafkaError.name(of: Int(row.key.code)) else { continue }
            let (leaderless, tooFew) = (
                ErrorCodes.ofLeaderless.contains(name), ErrorCodes.ofTooFewReplicas.contains(name)
            )
            guard leaderless || tooFew else { continue }
            let key = Key(error: name, client: "\(row.key.client)", server: "\(row.key.server)")
            for (subject, course) in row.courses {
                subjects[key, default: []].insert(subject)
                guard course.failingSince != nil else { continue }
                let partition = PartitionName(topic: subject.topic, partition: subject.partition)
                if leaderless { Self.raise(&lastWithoutLeader, partition, course.last) }
                if tooFew { Self.raise(&lastWithTooFew, partition, course.last) }
            }
        }
        for partition in file.partitions.health where goesOn(partition) {
            if partition.leaderless {
                leaderlessToTheEnd.insert(partition.name)
            } else {
                tooFewToTheEnd.insert(partition.name)
            }
        }
    }

    private static func raise(
        _ times: inout [PartitionName: CaptureTime], _ partition: PartitionName, _ time: CaptureTime
    ) {
        times[partition] = max(times[partition] ?? time, time)
    }

    /// It was so for as long as an error may last that heals, and nobody was told of its end.
    func goesOn(_ partition: PartitionHealth) -> Bool {
        partition.wellAt == nil && lastSeen(partition).since(partition.first) >= ErrorExcuses.healsWithin
    }

    /// What is refused there is refused for that, and goes on, however often this client asked.
    func goOn(_ code: Int16, _ subject: ErrorSubject) -> Bool {
        guard !leaderlessToTheEnd.isEmpty || !tooFewToTheEnd.isEmpty, let name = KafkaError.name(of: Int(code)) else {
            return false
        }
        let place = PartitionName(topic: subject.topic, partition: subject.partition)
        return ErrorCodes.ofLeaderless.contains(name) && leaderlessToTheEnd.contains(place)
            || ErrorCodes.ofTooFewReplicas.contains(name) && tooFewToTheEnd.contains(place)
    }

    /// What a finding about an error speaks of.
    func subjects(error: String?, client: String?, server: String?) -> Set<ErrorSubject> {
        guard let error, let client, let server else { return [] }
        return subjects[Key(error: error, client: client, server: server)] ?? []
    }

    /// When a partition was last seen to be unwell, by what Metadata said or by what clients were refused.
    func lastSeen(_ partition: PartitionHealth) -> CaptureTime {
        let refused = partition.leaderless ? lastWithoutLeader[partition.name] : lastWithTooFew[partition.name]
        return max(partition.last, refused ?? partition.last)
    }
}
