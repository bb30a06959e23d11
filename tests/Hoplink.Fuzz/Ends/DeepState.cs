using System.Collections;
using System.Reflection;
using Hoplink.Collections;
using Hoplink.Crypto;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>
/// Every field of every object that the library holds, but for those that count, and those that what was counted may change: so that a
/// change that no property shows is noticed too.
/// </summary>
internal static class DeepState
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Bad tags are counted; conditions follow from that, and an L3 from those (8, D9): the detector, the coordinator, what the rekey asks, and
    // its key pair. Events tell of them. What is sent
    // for it goes through a control message, is remembered, and has its port worked out.
    private static readonly HashSet<Type> _counting =
    [
        typeof(DropCounters), typeof(EventQueue), typeof(FailureDetector), typeof(RecoveryCoordinator), typeof(RecoveryAnalytics),
        typeof(SessionRekey), typeof(KeyReserve), typeof(KeyJob), typeof(RateLimit), typeof(StatelessResets), typeof(DeadlineEntry),
        typeof(DeadlineQueue), typeof(ObjectQueue), typeof(TimerTable), typeof(LinkStatistics), typeof(FailureAnalysis),
        typeof(ControlMessage), typeof(TransmissionLog), typeof(HopSchedule),
    ];

    // What the last datagram was, how many were sent, and what a rekey that was asked for needs of the ready lists. When conditions were told
    // of. Until when nothing, or nothing but messages, is due: that is worked out from what is compared and the deadlines.
    private static readonly HashSet<string> _passing =
    [
        "PacketProtection._tag", "PacketProtection.OpenedUnder", "PacketProtection.NextNumber", "Epoch.Sealed", "Epoch.NewestTimestamp",
        "Path._bytesOut", "Session._answersDue", "Session._calmUntil", "Session._tellAgainAt", "Session._toldProvoked",
        "Link._quietUntil", "Link.<IsQueuedReady>k__BackingField", "Link.<IsWaitingForKeyPair>k__BackingField", "Responder._tag",
        "InitiatorHandshake._hash", "InitiatorHandshake._tag",
    ];

    private static readonly Dictionary<Type, FieldInfo[]> _fields = [];
    private static readonly Lock _lock = new();

    /// <summary>The fields that are left out by name and are not there: a name that no field has would leave out nothing.</summary>
    public static IEnumerable<string> UnknownNames()
    {
        var names = typeof(Link).Assembly.GetTypes().SelectMany(type => type.GetFields(Fields).Select(f => $"{type.Name}.{f.Name}")).ToHashSet();
        return _passing.Where(name => !names.Contains(name));
    }

    /// <summary>The values, in an order that is the same as long as nothing changes, each with the name of its field.</summary>
    public static List<(FieldInfo? Field, object? Value)> Of(object root)
    {
        var values = new List<(FieldInfo?, object?)>(2048);
        lock (_lock)
        {
            Walk(root, null, values, new HashSet<object>(ReferenceEqualityComparer.Instance));
        }

        return values;
    }

    /// <summary>Where two looks at the same end differ; null: nowhere.</summary>
    public static string? Difference(List<(FieldInfo? Field, object? Value)> before, List<(FieldInfo? Field, object? Value)> after)
    {
        for (int i = 0; i < Math.Min(before.Count, after.Count); i++)
        {
            if (!Equals(before[i].Value, after[i].Value))
            {
                FieldInfo? field = before[i].Field;
                return $"{field?.DeclaringType?.Name}.{field?.Name}: {before[i].Value} became {after[i].Value}";
            }
        }

        return before.Count == after.Count ? null : $"{before.Count} values became {after.Count}";
    }

    private static void Walk(object? value, FieldInfo? field, List<(FieldInfo?, object?)> values, HashSet<object> seen)
    {
        if (value is null or ValueType or string)
        {
            values.Add((field, value));
            return;
        }

        Type type = value.GetType();
        if (value is byte[] bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            values.Add((field, hash.ToHashCode()));
        }
        else if (value is IList list)
        {
            foreach (object? item in list)
            {
                Walk(item, field, values, seen);
            }
        }
        else if (IsState(type) && seen.Add(value))
        {
            foreach (FieldInfo own in FieldsOf(type))
            {
                Walk(own.GetValue(value), own, values, seen);
            }
        }
    }

    // The crypto has nothing that a datagram changes; headers and payloads are where one is read into.
    private static bool IsState(Type type)
    {
        return type.Assembly == typeof(Link).Assembly && type.Namespace != typeof(Header).Namespace && !_counting.Contains(type)
            && !typeof(Delegate).IsAssignableFrom(type) && !typeof(CryptoProvider).IsAssignableFrom(type);
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        if (!_fields.TryGetValue(type, out FieldInfo[]? fields))
        {
            fields = type.GetFields(Fields).Where(f => !_passing.Contains($"{type.Name}.{f.Name}")).ToArray();
            _fields.Add(type, fields);
        }

        return fields;
    }
}
