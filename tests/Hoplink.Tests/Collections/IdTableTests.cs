using CsCheck;
using Hoplink.Collections;

namespace Hoplink.Tests.Collections;

/// <summary>Objects by id, against a dictionary.</summary>
public sealed class IdTableTests
{
    // Few ids whose low bits collide in any table: what matters is how runs are closed when one in the middle goes.
    private static readonly Gen<ulong> _ids =
        Gen.Select(Gen.ULong[0, 3], Gen.ULong[0, 7], (low, high) => (high << 40) | (high << 3) | (low * 5 & 15));

    [Fact]
    public void It_behaves_like_a_dictionary()
    {
        Gen.Select(_ids, Gen.Bool).Array[0, 200].Sample(operations =>
        {
            var table = new IdTable();
            Dictionary<ulong, object> model = [];
            foreach ((ulong id, bool adds) in operations)
            {
                if (adds)
                {
                    model[id] = new object();
                    table.Add(id, model[id]);
                }
                else
                {
                    model.Remove(id);
                    table.Remove(id);
                }

                if (table.Count != model.Count || operations.Any(o => table.Find(o.Item1) != model.GetValueOrDefault(o.Item1)))
                {
                    return false;
                }
            }

            return true;
        });
    }

    [Fact]
    public void Every_object_is_copied_once()
    {
        _ids.Array[0, 100].Sample(ids =>
        {
            var table = new IdTable();
            HashSet<object> expected = [];
            foreach (ulong id in ids.Distinct())
            {
                expected.Add(id);
            }

            foreach (object id in expected)
            {
                table.Add((ulong)id, id);
            }

            var queue = new ObjectQueue();
            table.CopyTo(queue);
            List<object> copied = [];
            for (object item = queue.Take(); item != null; item = queue.Take())
            {
                copied.Add(item);
            }

            return copied.Count == expected.Count && expected.SetEquals(copied);
        });
    }
}
