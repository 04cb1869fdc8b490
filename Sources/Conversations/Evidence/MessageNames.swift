import KafkaSchema
public import Masking
import Vocabulary

/// Names in Kafka's messages: learned, and put in place of, by what the field is that they stand in.
public final class MessageNames {
    private let mask: NameMask

    public init(_ mask: NameMask) { self.mask = mask }

    /// What a text of a message may tell, and what stands in its place.
    private enum Role {
        case host, client, principal
        /// A host as Java writes it: its address behind a slash.
        case socket
        /// A topic, a group: who is meant stays, hosts and addresses in it do not.
        case named
        case compound, spoken
        /// What Kafka itself defines.
        case known
        /// A name of a list, or what somebody made up.
        case mechanism
        /// Nobody knows what it tells.
        case unknown
    }

    // MARK: Learning

    func learn(_ body: MessageBody) {
        for text in body.texts {
            let bytes = body.text[text.range]
            switch Self.role(body.definitions[Int(text.field)].name, api: -1) {
            case .host: mask.learn(host: bytes)
            case .socket: mask.learn(host: bytes.drop { $0 == Self.slash })
            case .client: mask.learn(client: bytes)
            case .principal: mask.learn(principal: bytes)
            case .named, .compound, .spoken, .known, .mechanism, .unknown: break
            }
        }
    }

    func learn(client id: String) { mask.learn(client: id.utf8) }
    func learn(host name: String) { mask.learn(host: name.utf8) }

    func learn(proxyHeader header: [UInt8]) {
        if header.first == UInt8(ascii: "P") {
            header.split(separator: UInt8(ascii: " ")).forEach { mask.learn(addressIn: $0) }
        } else if let (bytes, places) = ProxyHeader.binaryAddresses(header) {
            places.forEach { mask.learn(IPAddress(bytes: header[$0..<($0 + bytes)])) }
        }
    }

    // MARK: Patches

    /// - Parameter offset: of the message in its stream.
    func patches(of body: MessageBody, api: Int16, at offset: Int64) -> [StreamPatch] {
        body.texts.compactMap { text in
            let bytes = Array(body.text[text.range])
            let alias = alias(of: bytes, Self.role(body.definitions[Int(text.field)].name, api: api))
            return alias == bytes ? nil : StreamPatch(offset: offset.addingSaturated(text.place), bytes: alias)
        }
    }

    /// Of a request's client id, which stands behind the length, the API, its version and the correlation id.
    func patch(client id: String, ofRequestAt offset: Int64) -> StreamPatch {
        StreamPatch(offset: offset.addingSaturated(14), bytes: mask.client(id.utf8))
    }

    func host(_ name: String) -> [UInt8] { mask.host(name.utf8) }

    /// A header of the PROXY protocol with other addresses, as long as it was. Extensions of a binary one say nothing any more.
    func proxyHeader(_ header: [UInt8]) -> [UInt8] {
        guard header.first != UInt8(ascii: "P") else { return mask.text(header) }
        guard let (bytes, places) = ProxyHeader.binaryAddresses(header) else {
            return header.prefix(ProxyHeader.addresses)
                + [UInt8](repeating: 0, count: max(0, header.count - ProxyHeader.addresses))
        }
        var masked = Array(header.prefix(ProxyHeader.addresses))
        for place in places { masked += mask.alias(IPAddress(bytes: header[place..<(place + bytes)])).bytes }
        masked += header[masked.count..<(masked.count + 4)]
        let rest = header.count - masked.count
        // PP2_TYPE_NOOP, of as many bytes as there are.
        if rest >= 3 { masked += [4, UInt8(truncatingIfNeeded: (rest - 3) >> 8), UInt8(truncatingIfNeeded: rest - 3)] }
        return masked + [UInt8](repeating: 0, count: header.count - masked.count)
    }

    private func alias(of bytes: [UInt8], _ role: Role) -> [UInt8] {
        switch role {
        case .host: mask.host(bytes)
        case .socket: bytes.prefix { $0 == Self.slash } + mask.host(bytes.drop { $0 == Self.slash })
        case .client: mask.client(bytes)
        case .principal: mask.principal(bytes)
        case .named: mask.text(bytes)
        case .compound: mask.compound(bytes)
        case .spoken: mask.spoken(bytes)
        case .known: bytes
        case .mechanism:
            SASLMechanisms.known.contains(String(decoding: bytes, as: UTF8.self)) ? bytes : mask.hidden(bytes)
        case .unknown: mask.hidden(bytes)
        }
    }

    // MARK: Fields

    private static let slash = UInt8(ascii: "/")

    private static func role(_ field: String, api: Int16) -> Role {
        switch field {
        case "Host", "HostName", "V0Host": .host
        case "ClientId": .client
        case "ClientHost": .socket
        case "GroupId", "GroupIds", "Groups", "GroupsNames", "TopicName", "TopicNames", "Topic", "Topics",
            "SubscribedTopicNames", "TransactionalId", "TransactionalIds", "V3AndBelowTransactionalId",
            "CoordinatorKeys",
            "Key" where api == Api.findCoordinator:
            .named
        // What a program wrote beside its offsets, and not what a member of a group tells the others.
        case "Metadata" where offsets.contains(api): .unknown
        case "MemberId", "Leader", "GroupInstanceId", "InstanceId", "ProcessId", "Metadata", "Assignment", "UserData":
            .compound
        case "ErrorMessage", "BatchIndexErrorMessage", "AcknowledgeErrorMessage", "Reason", "StatusDetail": .spoken
        case "Mechanism", "Mechanisms": .mechanism
        case "ClientSoftwareName", "ClientSoftwareVersion", "ProtocolType", "ProtocolName",
            "ServerAssignor", "AssignorName", "GroupState", "GroupType", "TransactionState", "ClusterId", "EntityType":
            .known
        case "Name" where workday.contains(api): .named
        default: field.contains("Principal") || field == "User" ? .principal : .unknown
        }
    }

    private static let offsets = Set(KafkaApi.keys("OffsetCommit", "OffsetFetch"))

    /// APIs whose names are those of topics, of assignors, of features: what producers and consumers use all day.
    private static let workday = Set(
        KafkaApi.keys(
            "Produce", "Fetch", "ListOffsets", "Metadata", "OffsetCommit", "OffsetFetch", "JoinGroup", "SyncGroup",
            "ApiVersions", "CreateTopics", "DeleteTopics", "DeleteRecords", "OffsetForLeaderEpoch",
            "AddPartitionsToTxn", "TxnOffsetCommit", "CreatePartitions", "OffsetDelete", "DescribeProducers",
            "DescribeTopicPartitions", "ConsumerGroupHeartbeat", "ConsumerGroupDescribe", "ShareGroupHeartbeat",
            "ShareGroupDescribe", "ShareFetch", "ShareAcknowledge", "StreamsGroupHeartbeat", "StreamsGroupDescribe"))
}
