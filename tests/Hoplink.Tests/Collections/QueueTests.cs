using CsCheck;
using Hoplink.Collections;
using Hoplink.Timing;

namespace Hoplink.Tests.Collections;

/// <summary>The queue of objects against the framework's, the queue of deadlines against a sorted list.</summary>
public sealed class QueueTests
{
    [Fact]
    public void An_object_queue_behaves_like_a_queue()
    {
        Gen.Int[0, 2].Array[0, 300].Sample(operations =>
        {
            var queue = new ObjectQueue();
            Queue<object> model = new();
            foreach (int operation in operations)
            {
                if (operation == 0)
                {
                    if (queue.Take() != (model.TryDequeue(out object? taken) ? taken : null))
                    {
                        return false;
                    }
                }
                else
                {
                    object item = new();
                    queue.Add(item);
                    model.Enqueue(item);
                }

                if (queue.Count != model.Count || queue.Peek() != (model.TryPeek(out object? first) ? first : null))
                {
                    return false;
                }
            }

            return true;
        });
    }

    [Fact]
    public void The_earliest_deadline_is_first_however_they_move()
    {
        Gen<(int Entry, int Kind, long At)> operations = Gen.Select(Gen.Int[0, 39], Gen.Int[0, 9], Gen.Long[0, 30]);
        operations.Array[0, 200].Sample(history =>
        {
            var queue = new DeadlineQueue();
            DeadlineEntry[] entries = [.. Enumerable.Range(0, 40).Select(i => new DeadlineEntry(i))];
            Dictionary<DeadlineEntry, long> model = [];
            foreach ((int index, int kind, long at) in history)
            {
                DeadlineEntry entry = entries[index];
                if (kind < 2)
                {
                    queue.Remove(entry);
                    model.Remove(entry);
                }
                else if (kind == 2)
                {
                    queue.Set(entry, TimerTable.Never);
                    model.Remove(entry);
                }
                else
                {
                    queue.Set(entry, at);
                    model[entry] = at;
                }

                long earliest = model.Count == 0 ? TimerTable.Never : model.Values.Min();
                DeadlineEntry first = queue.First;
                bool right = first == null ? model.Count == 0 : model.TryGetValue(first, out long due) && due == earliest;
                if (!right || queue.Earliest != earliest || entries.Any(e => e.At != model.GetValueOrDefault(e, TimerTable.Never)))
                {
                    return false;
                }
            }

            return Drain(queue).SequenceEqual(model.Values.Order());
        });
    }

    private static List<long> Drain(DeadlineQueue queue)
    {
        List<long> drained = [];
        while (queue.First != null)
        {
            drained.Add(queue.Earliest);
            queue.Remove(queue.First);
        }

        return drained;
    }
}
