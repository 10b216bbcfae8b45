using System.Collections;
using System.Globalization;
using System.Reflection;
using Akka.Configuration;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>All public properties of an object, and of theirs, as text: two objects that differ have different texts.</summary>
internal static class Describe
{
    public static string All(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        Config or Delegate or Type => value.GetType().Name,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IEnumerable elements => $"[{string.Join(", ", elements.Cast<object?>().Select(All))}]",
        _ => $"{{{string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => $"{property.Name} = {All(property.GetValue(value))}"))}}}",
    };
}
