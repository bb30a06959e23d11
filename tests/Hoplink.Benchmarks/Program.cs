using Hoplink.Benchmarks.Counting;
using Hoplink.Benchmarks.Measures;
var lib = new CountedLibrary();
Console.WriteLine("seal, open " + string.Join(" ", lib.Run<long[]>(typeof(DatagramCounts), "SealAndOpen")));
foreach (int k in new[] { 1, 2, 4 })
Console.WriteLine($"at once {k}: send {lib.Run<long>(typeof(DatagramCounts), "Messages", true, 40, k) / 40.0} receive {lib.Run<long>(typeof(DatagramCounts), "Messages", false, 40, k) / 40.0}");
if (args.Length > 0)
foreach (bool dev in new[] { true, false })
{
    var d = lib.Run<Dictionary<string, long>>(typeof(DatagramCounts), "MessagesByMethod", dev, 40, 1);
    Console.WriteLine($"fromDevice {dev}: {d.Values.Sum() / 40.0}");
    foreach (var e in d.Where(e => e.Value > 0).OrderByDescending(e => e.Value)) Console.WriteLine($"   {e.Value / 40.0,7:F1} {e.Key}");
}
if (args.Length > 1) {
var pair = new LinkPair(() => 0);
var h0 = new InterpreterHeap(); h0.Add(pair.Device); Console.WriteLine("new link " + h0.Bytes);
pair.Connect();
var h = new InterpreterHeap(); h.Add(pair.Device); Console.WriteLine("connected link " + h.Bytes);
foreach (var e in h.DebugSizes.GroupBy(x => x)) Console.WriteLine($"{e.Count()} x {e.Key}");
foreach (var e in h.ByType.OrderByDescending(e => e.Value.Bytes).Take(60)) Console.WriteLine($"   {e.Value.Bytes,7} {e.Value.Count,4} {e.Key}");
}
if (args.Length > 1) {
var pair = new LinkPair(() => 0);
pair.Connect();
var h = new InterpreterHeap();
const System.Reflection.BindingFlags own = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
var sess = typeof(Hoplink.Link).GetField("_session", own)!.GetValue(pair.Device)!;
void Dump(object o, params string[] skip) {
  foreach (var f in o.GetType().GetFields(own).OrderBy(f => f.FieldType.Name == "Session" || f.FieldType.Name == "Link" ? 1 : 0)) {
    if (f.FieldType.IsPrimitive || f.FieldType.IsEnum || skip.Contains(f.Name)) continue;
    var v = f.GetValue(o); if (v is null || v is Hoplink.Link || v.GetType().Name == "Session") continue;
    long b = h.Bytes; 
    h.AddExcept(v, pair.Device, sess, o);
    if (h.Bytes - b > 100) Console.WriteLine($"DOM {h.Bytes - b,7} {o.GetType().Name}.{f.Name}");
  } }
h.Exclude(pair.Device); h.Exclude(sess);
Dump(pair.Device); 
foreach (var n in new[]{"_protection","_time","_detector","_path","_rtt","_sender","_coordinator","_timeResync","_repair","_rekey","_timeServer","_repairServer","_rekeyServer"}) {
  var v = sess.GetType().GetField(n, own)!.GetValue(sess)!; long b = h.Bytes; h.Exclude(sess); h.AddExcept(v); Console.WriteLine($"DOM {h.Bytes - b,7} Session.{n}"); }
Dump(sess);
Console.WriteLine("DOM total " + h.Bytes);
}
