namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>
/// Reads the items of a listing: <c>KEY | annotations</c>, one a line. The grammar stands in each listing's head.
/// </summary>
internal static class ItemParser
{
    // "T:System.Action`1<T> : delegate | public", "T:A.B : class | public abstract [Serializable] | base=A.C | implements=A.D,A.E"
    public static ApiType ParseType(string line)
    {
        string[] parts = line[2..].Split(" | ");
        string[] head = parts[0].Split(" : ");
        (string name, string[] generics) = SplitGenerics(head[0]);
        (string kind, string? underlying) = SplitArgument(head[1]);
        return new ApiType(name, Enum.Parse<ApiKind>(kind, ignoreCase: true), parts[1].Split(' '))
        {
            Underlying = underlying,
            GenericParameters = generics,
            Base = Annotation("base="),
            Interfaces = Annotation("implements=")?.Split(',') ?? [],
        };

        string? Annotation(string label)
        {
            return parts.Where(p => p.StartsWith(label, StringComparison.Ordinal)).Select(p => p[label.Length..]).SingleOrDefault();
        }
    }

    public static void ParseMember(string line, Dictionary<string, ApiType> types)
    {
        string[] parts = line[2..].Split(" | ");
        string key = parts[0];
        string[] words = parts.Length > 1 ? parts[1].Split(" = ")[0].Split(' ') : [];
        switch (line[..2])
        {
            case "F:":
                ParseField(key, parts.Length > 1 ? parts[1] : "", words, types);
                break;
            case "M:":
                ParseMethod(key, words, parts.Length > 2 ? parts[2].Split(", ") : [], types);
                break;
            case "P:":
                ParseProperty(key, words, types);
                break;
            case "E:":
                ParseEvent(key, words, types);
                break;
            case "X:":
                ParseExplicit(key, types);
                break;
            default:
                throw new FormatException("unknown kind of item");
        }
    }

    // "A.E.Red=1" of an enum, else "A.B.Max->System.Int32" with "public const = 7".
    private static void ParseField(string key, string annotation, string[] words, Dictionary<string, ApiType> types)
    {
        int arrow = key.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
        {
            string[] pair = key.Split('=');
            (ApiType type, string name) = Split(pair[0], types);
            type.Fields.Add(new ApiField(name, type.Name, "public", ["const"], pair[1]));
            return;
        }

        (ApiType owner, string field) = Split(key[..arrow], types);
        (string access, string[] modifiers) = SplitAccess(words);
        string? constant = modifiers.Contains("const") ? annotation[(annotation.IndexOf(" = ", StringComparison.Ordinal) + 3)..] : null;
        owner.Fields.Add(new ApiField(field, key[(arrow + 2)..], access, modifiers, constant));
    }

    // "A.B.Do(System.Int32,System.Int32&)->System.Void", then "public static", then "count, out rest".
    private static void ParseMethod(string key, string[] words, string[] names, Dictionary<string, ApiType> types)
    {
        (string head, string[] parameterTypes, string result) = SplitSignature(key);
        (ApiType owner, string name) = Split(head, types);
        if (name.Contains('<'))
        {
            throw new FormatException("generic methods are not provided for");
        }

        if (names.Length != parameterTypes.Length)
        {
            throw new FormatException($"{parameterTypes.Length} parameters and {names.Length} names");
        }

        (string access, string[] modifiers) = SplitAccess(words);
        ApiParameter[] parameters = [.. parameterTypes.Zip(names, ParseParameter)];
        owner.Methods.Add(new ApiMethod(name == "#ctor" ? ".ctor" : name, parameters, result, access, modifiers));
    }

    // "params args", "out value", "fromBase=10"
    private static ApiParameter ParseParameter(string type, string text)
    {
        string[] pair = text.Split('=', 2);
        string[] words = pair[0].Split(' ');
        return new ApiParameter(words[^1], type, words[..^1], pair.Length > 1 ? pair[1] : null);
    }

    // "A.B.Item(System.Int32){get;protected set;}->System.Byte"
    private static void ParseProperty(string key, string[] words, Dictionary<string, ApiType> types)
    {
        int open = key.IndexOf('{', StringComparison.Ordinal);
        int close = key.IndexOf('}', StringComparison.Ordinal);
        (string head, string[] indexTypes, _) = SplitSignature(key[..open] + "->");
        (ApiType owner, string name) = Split(head, types);
        string type = key[(close + 3)..];
        (string access, string[] modifiers) = SplitAccess(words);
        ApiParameter[] index = [.. indexTypes.Select((t, i) => new ApiParameter("index" + i, t, [], null))];
        ApiMethod? getter = null;
        ApiMethod? setter = null;
        foreach (string accessor in key[(open + 1)..close].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int space = accessor.LastIndexOf(' ');
            string own = space < 0 ? access : accessor[..space];
            if (accessor[(space + 1)..] == "get")
            {
                getter = new ApiMethod("get_" + name, index, type, own, modifiers) { IsAccessor = true };
            }
            else
            {
                ApiParameter[] withValue = [.. index, new ApiParameter("value", type, [], null)];
                setter = new ApiMethod("set_" + name, withValue, "System.Void", own, modifiers) { IsAccessor = true };
            }
        }

        owner.Properties.Add(new ApiProperty(name, type, index, modifiers, getter, setter));
    }

    private static void ParseEvent(string key, string[] words, Dictionary<string, ApiType> types)
    {
        string[] pair = key.Split("->");
        (ApiType owner, string name) = Split(pair[0], types);
        (string access, string[] modifiers) = SplitAccess(words);
        ApiParameter[] handler = [new ApiParameter("value", pair[1], [], null)];
        owner.Events.Add(new ApiEvent(name, pair[1], Accessor("add_"), Accessor("remove_")));

        ApiMethod Accessor(string prefix) => new(prefix + name, handler, "System.Void", access, modifiers) { IsAccessor = true };
    }

    // "A.B.[A.IC.Do](System.Int32)->System.Void"
    private static void ParseExplicit(string key, Dictionary<string, ApiType> types)
    {
        int open = key.IndexOf(".[", StringComparison.Ordinal);
        (string name, string[] parameterTypes, string result) = SplitSignature(
            key[(open + 2)..].Replace("](", "(", StringComparison.Ordinal));
        ApiParameter[] parameters = [.. parameterTypes.Select((t, i) => new ApiParameter("p" + i, t, [], null))];
        types[key[..open]].Methods.Add(new ApiMethod(name, parameters, result, "private", []) { IsExplicitImplementation = true });
    }

    private static (string Head, string[] Parameters, string Return) SplitSignature(string key)
    {
        int arrow = key.LastIndexOf("->", StringComparison.Ordinal);
        int open = key.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return (key[..arrow], [], key[(arrow + 2)..]);
        }

        string inside = key[(open + 1)..(arrow - 1)];
        return (key[..open], inside.Length == 0 ? [] : inside.Split(','), key[(arrow + 2)..]);
    }

    private static (ApiType Owner, string Name) Split(string fullName, Dictionary<string, ApiType> types)
    {
        int dot = fullName.LastIndexOf('.');
        return (types[fullName[..dot]], fullName[(dot + 1)..]);
    }

    // "protected internal" is the one access of two words.
    private static (string Access, string[] Modifiers) SplitAccess(string[] words)
    {
        return words is ["protected", "internal", ..] ? ("protected internal", words[2..]) : (words[0], words[1..]);
    }

    private static (string Name, string[] Parameters) SplitGenerics(string name)
    {
        int open = name.IndexOf('<', StringComparison.Ordinal);
        return open < 0 ? (name, []) : (name[..open], name[(open + 1)..^1].Split(','));
    }

    private static (string Kind, string? Underlying) SplitArgument(string kind)
    {
        int open = kind.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? (kind, null) : (kind[..open], kind[(open + 1)..^1]);
    }
}
