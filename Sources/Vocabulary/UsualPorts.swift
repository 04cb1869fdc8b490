/// Ports that protocols other than Kafka usually have.
public enum UsualPorts {
    /// Where others usually speak TLS (IANA's registry): web, mail, directories, DNS, AMQP, MQTT, Kubernetes, etcd.
    public static let ofOthersTLS: Set<UInt16> = [
        443, 465, 563, 636, 853, 989, 990, 993, 995, 2376, 2379, 2380, 5061, 5432, 5671, 6443, 8443, 8883, 9200, 9443,
        10250,
    ]
}
