using Hoplink.Device.Configuration;

namespace Hoplink.Device.Provisioning;

/// <summary>
/// The lines of a <see cref="ProvisioningDialogue"/> in a file, for a board whose only wire carries the debugger's protocol: a flashing
/// tool can put a file on it. It is taken up at the start, and removed once it is saved.
/// </summary>
public static class ProvisioningFile
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "provision.txt";

    /// <summary>Takes the file up if there is one. Returns what to tell the operator; null if there is none.</summary>
    /// <param name="files">Where the file is.</param>
    /// <param name="dialogue">It is over if the file was obeyed and saved.</param>
    public static string Run(ConfigurationFiles files, ProvisioningDialogue dialogue)
    {
        if (!files.Exists(FileName))
        {
            return null;
        }

        string answer = Obey(files.Read(FileName), dialogue);
        if (!dialogue.IsOver)
        {
            return FileName + ": " + answer;
        }

        files.Delete(FileName);
        return FileName + ": " + answer;
    }

    private static string Obey(byte[] file, ProvisioningDialogue dialogue)
    {
        var lines = new LineAssembler();
        int number = 0;
        for (int i = 0; i <= file.Length; i++)
        {
            // The last line needs no end.
            bool isLine = lines.Add(i == file.Length ? (byte)'\n' : file[i]);
            number += isLine ? 1 : 0;
            if (!isLine || (lines.Line.Length == 0 && !lines.IsBad))
            {
                continue;
            }

            string answer = dialogue.Answer(lines.Line, lines.IsBad);
            if (dialogue.IsOver)
            {
                return answer;
            }

            if (answer.StartsWith("error"))
            {
                return "line " + number.ToString() + ": " + answer;
            }
        }

        return "error: it does not end with \"save\"; nothing was written";
    }
}
