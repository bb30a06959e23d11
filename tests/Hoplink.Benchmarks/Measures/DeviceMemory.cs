using System.Reflection;
using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Measures;

/// <summary>What a device's link takes of the heap, and what its datagrams allocate.</summary>
internal static class DeviceMemory
{
    private const int AtOnce = 4;
    private const int WarmUp = 200;
    private const int Exchanges = 500;

    /// <summary>
    /// Heap bytes of a connected link that has sent and received, by the rules of <see cref="InterpreterHeap"/>. The host's own objects
    /// are not in it: the provider of the crypto, the options, the buffers of datagrams.
    /// </summary>
    internal static long HeapOfLink()
    {
        return HeapOf(MakeBusyPair(new CostMeter(() => 0)));
    }

    /// <summary>The same with the epoch that a rekey has added beside the one that retires.</summary>
    internal static long HeapOfLinkInRekey()
    {
        LinkPair pair = MakeBusyPair(new CostMeter(() => 0));
        pair.Device.ReportKeyCompromise(pair.Now);
        pair.RunUntil(() => pair.Device.Session.Epochs.Count > 1);
        return HeapOf(pair);
    }

    /// <summary>Heap bytes of what the static fields of the library hold.</summary>
    internal static long HeapOfStatics()
    {
        var heap = new InterpreterHeap();
        foreach (Type type in new[] { typeof(CryptoProvider), typeof(Link) }.SelectMany(type => type.Assembly.GetTypes()))
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (!field.IsLiteral && !field.FieldType.IsValueType)
                {
                    heap.Add(field.GetValue(null));
                }
            }
        }

        return heap.Bytes;
    }

    /// <summary>Bytes that a device's end allocates while messages go either way, each acknowledged.</summary>
    internal static long AllocatedByDatagrams()
    {
        LinkPair pair = MakeBusyPair(new CostMeter(GC.GetAllocatedBytesForCurrentThread));
        byte[] message = new byte[100];
        long before = pair.CarryingCost + pair.IdleCost;
        for (int i = 0; i < Exchanges; i++)
        {
            pair.Exchange(fromDevice: true, message, AtOnce);
            pair.Exchange(fromDevice: false, message, AtOnce);
        }

        return pair.CarryingCost + pair.IdleCost - before;
    }

    private static LinkPair MakeBusyPair(CostMeter meter)
    {
        var pair = new LinkPair(meter);
        byte[] message = new byte[100];
        pair.Connect();
        for (int i = 0; i < WarmUp; i++)
        {
            pair.Exchange(fromDevice: true, message, AtOnce);
            pair.Exchange(fromDevice: false, message, AtOnce);
        }

        return pair;
    }

    private static long HeapOf(LinkPair pair)
    {
        var heap = new InterpreterHeap();
        foreach (object item in pair.HostsObjects)
        {
            heap.Add(item);
        }

        long hosts = heap.Bytes;
        heap.Add(pair.Device);
        return heap.Bytes - hosts;
    }
}
