using System.Net;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>Requests that cannot be answered: each gets a problem document that says what was expected, and nothing of it is learned.</summary>
public sealed class BadRequestTests(ServedLinks links) : IClassFixture<ServedLinks>
{
    private const string Good = """{"link":"link-1","ts":2000000000,"load":1}""";

    public static TheoryData<string, int, string> Bodies() => new()
    {
        { "", 400, "The body is no JSON, or nested too deeply, at line 1, byte 1; expected an object." },
        { "{\"record\":\n{\"link\":}}", 400, "at line 2, byte 9" },
        { "{\"record\":" + Good, 400, "The body is no JSON" },
        { "{\"record\":" + Good + "} {}", 400, "The body is no JSON" },
        { "{\"record\":" + Good + ",\"record\":" + Good + "}", 400, "stands twice" },
        { "[]", 400, "The body is no object; expected {\"record\": ...}" },
        { "null", 400, "The body is no object" },
        { "{\"record\":[" + new string('[', 70) + new string(']', 70) + "]}", 400, "neither an object nor text" },
        { "{\"record\":{\"a\":" + new string('[', 70) + new string(']', 70) + "}}", 400, "nested too deeply" },
        { "{\"record\":17}", 400, "A record is neither an object nor text" },
        { "{\"record\":{\"link\":\"link-1\",\"ts\":2000000000,\"load\":NaN}}", 400, "The body is no JSON" },
        { "{\"record\":{\"link\":\"link-1\",\"ts\":2000000000,\"load\":1e999}}", 400, "Record 0: not-finite, field 'load'; expected a finite number." },
        { "{\"record\":{\"link\":\"link-1\",\"ts\":2000000000}}", 400, "Record 0: missing-field, field 'load'; expected the field, and not null." },
        { "{\"record\":{\"link\":\"link-1\",\"ts\":2000000000,\"load\":\"x\"}}", 400, "Record 0: wrong-type, field 'load'" },
        { "{\"record\":{\"link\":\"link-1\",\"ts\":\"yesterday\",\"load\":1}}", 400, "Record 0: bad-time, field 'ts'; expected an instant" },
        { "{\"record\":{\"link\":\"\",\"ts\":2000000000,\"load\":1}}", 400, "Record 0: bad-key, field 'link'; expected 1 to 1024 bytes of UTF-8." },
        { "{\"record\":\"no json\"}", 400, "Record 0: malformed" },
        { "{\"records\":[" + Good + ",{}]}", 400, "Record 1: missing-field, field 'link'" },
        { "{\"records\":[]}", 400, "'records' is empty" },
        { "{\"records\":{}}", 400, "'records' is no list" },
        { "{\"records\":[" + Good + "," + Good + "," + Good + "," + Good + "]}", 413, "There are more than 3 records" },
        { "{\"record\":" + Good + ",\"key\":\"link-1\"}", 400, "'key' is given beside records, and the pipeline takes it from their field 'link'" },
        { "{\"record\":" + Good + ",\"source\":\"contexts\"}", 400, "'source' is given, and the pipeline has one only" },
        { "{\"record\":" + Good + ",\"horizon\":1}", 400, "The body has a field that is not known; expected key, record, records, source." },
        { "{\"key\":\"\\ud800\"}", 400, "A text in the body is no Unicode" },
        { "{\"key\":\"\"}", 400, "The key is empty, too long or no UTF-8; expected 1 to 1024 bytes of UTF-8." },
        { "{\"key\":\"" + new string('k', 1025) + "\"}", 400, "The key is empty, too long" },
        { "{\"key\":7}", 400, "'key' is no text" },
        { "{\"record\":\"" + new string('x', 5000) + "\"}", 413, "The body is too large; expected at most streamlearn.node.http.limits.body-bytes." },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Given_a_body_that_cannot_be_used_when_it_is_sent_then_it_is_said_what_is_wrong_and_nothing_is_learned(string body, int status, string detail)
    {
        foreach (var verb in (string[])["predict", "learn"])
        {
            var (answered, problem, response) = await links.Node.PostAsync($"v1/pipelines/link-load/{verb}", body);

            Assert.Equal((HttpStatusCode)status, answered);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(ServedLinks.Records, links.Node.Pipeline.Progress.Records);
    }

    [Theory]
    [InlineData("""{"key":"nobody"}""", 404, "Pipeline link-load has no learners of this key")]
    [InlineData("""{"key":"a\r\nX-Evil: 1"}""", 404, "has no learners of this key")]
    [InlineData("""{"record":{"link":"nobody","ts":2000000000,"load":1}}""", 404, "has no learners of this key")]
    [InlineData("""{"record":{"link":"link-1","ts":1078099200,"load":1}}""", 409, "field 'ts', is not after the last one of its key")]
    [InlineData("""{}""", 400, "There is neither a record nor a key alone")]
    public async Task Given_a_question_without_an_answer_when_it_is_asked_then_it_is_said_why(string body, int status, string detail)
    {
        var (answered, problem, response) = await links.Node.PostAsync("v1/pipelines/link-load/predict", body);

        Assert.Equal((HttpStatusCode)status, answered);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("X-Evil"), "A key has made a header.");
        Assert.DoesNotContain("Evil", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_wrong_record_when_it_is_refused_then_place_reason_and_field_are_members_of_the_problem()
    {
        var (_, problem, _) = await links.Node.PostAsync("v1/pipelines/link-load/learn", $$"""{"records":[{{Good}},{"link":"link-1","ts":1,"load":"x"}]}""");

        Assert.Equal((1, "wrong-type", "load"), (problem.GetProperty("record").GetInt32(), problem.GetProperty("reason").GetString(), problem.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Given_another_content_type_when_a_body_is_sent_then_it_is_refused(string? contentType)
    {
        var (status, problem, _) = await links.Node.PostAsync("v1/pipelines/link-load/predict", """{"key":"link-1"}""", contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("expected the header Content-Type: application/json", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await links.Node.PostAsync("v1/pipelines/link-load/predict", """{"key":"link-1"}""", "application/json; charset=UTF-8")).Status);
    }

    [Theory]
    [InlineData("v1/pipelines/link-load/keys/nobody", 404, "has no learners of this key")]
    [InlineData("v1/pipelines/link-load/keys/%ff", 400, "no UTF-8")]
    [InlineData("v1/pipelines/link-load/keys?take=0", 400, "'take' in the query is none; expected a whole number from 1 to 1000.")]
    [InlineData("v1/pipelines/link-load/keys?skip=-1", 400, "'skip' in the query is none")]
    [InlineData("v1/pipelines/link-load/keys?skip=1&skip=2", 400, "'skip' in the query is none")]
    [InlineData("v1/pipelines/nobody/keys", 404, "This node has no such pipeline; expected one of link-load.")]
    [InlineData("v1/pipelines/nobody/keys/x", 404, "This node has no such pipeline")]
    [InlineData("v1/pipelines/link-load", 404, "There is nothing here")]
    [InlineData("v1/pipelines/link-load/predict", 405, "expected POST.")]
    public async Task Given_a_path_or_query_that_is_none_when_it_is_asked_for_then_it_is_said_what_was_expected(string path, int status, string detail)
    {
        var (answered, problem, _) = await links.Node.GetAsync(path);

        Assert.Equal((HttpStatusCode)status, answered);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await links.Node.PostAsync("v1/pipelines/nobody/predict", """{"key":"a"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await links.Node.PostAsync("v1/pipelines/nobody/learn", "no json")).Status);
    }

    [Theory]
    [InlineData("a%2Gb", 400, "is not percent-encoded")]
    [InlineData("a%2", 400, "is not percent-encoded")]
    [InlineData("%ff", 400, "no UTF-8")]
    [InlineData("link-1%0d%0aX-Evil:%201", 404, "has no learners of this key")]
    public async Task Given_a_path_as_it_stands_when_its_key_is_none_then_it_is_said(string key, int status, string detail)
    {
        var path = new Uri(
            new Uri(links.Node.Http.BaseAddress!, $"v1/pipelines/link-load/keys/").AbsoluteUri + key,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        using var response = await links.Node.Http.GetAsync(path);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Contains(detail, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("X-Evil"), "A key has made a header.");
    }

    [Fact]
    public async Task Given_answers_when_they_are_compared_with_the_document_then_every_field_is_in_it()
    {
        var document = (await links.Node.GetAsync("v1/openapi.json")).Json;
        var predicted = await links.Node.PredictAsync("""{"key":"link-1"}""");
        var batch = await links.Node.PredictAsync("""{"records":[{"link":"nobody","ts":2000000000,"load":1}]}""");
        var keys = (await links.Node.GetAsync("v1/pipelines/link-load/keys")).Json;
        var pipelines = (await links.Node.GetAsync("v1/pipelines")).Json;
        var cluster = (await links.Node.GetAsync("v1/cluster")).Json;
        var problem = (await links.Node.PostAsync("v1/pipelines/link-load/learn", """{"record":{}}""")).Json;

        AssertDescribed(predicted, SchemaOf("/v1/pipelines/{name}/predict", "post", "200"));
        AssertDescribed(batch, SchemaOf("/v1/pipelines/{name}/predict", "post", "200"));
        AssertDescribed(keys, SchemaOf("/v1/pipelines/{name}/keys", "get", "200"));
        AssertDescribed(pipelines, SchemaOf("/v1/pipelines", "get", "200"));
        AssertDescribed(cluster, SchemaOf("/v1/cluster", "get", "200"));
        AssertDescribed(problem, SchemaOf("/v1/pipelines/{name}/learn", "post", "400"));

        JsonElement SchemaOf(string path, string method, string status) => document.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses")
            .GetProperty(status).GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema");

        void AssertDescribed(JsonElement value, JsonElement schema)
        {
            while (schema.TryGetProperty("$ref", out var reference))
            {
                schema = document;
                foreach (var name in reference.GetString()!.TrimStart('#', '/').Split('/'))
                {
                    schema = schema.ValueKind == JsonValueKind.Array ? schema[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : schema.GetProperty(name);
                }
            }

            if (schema.TryGetProperty("oneOf", out var either))
            {
                schema = either.EnumerateArray().First(one => !one.TryGetProperty("type", out var type) || type.ToString() != "null");
                AssertDescribed(value, schema);
                return;
            }

            if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            {
                Assert.All(value.EnumerateArray(), one => AssertDescribed(one, items));
            }
            else if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
            {
                foreach (var field in value.EnumerateObject())
                {
                    Assert.True(properties.TryGetProperty(field.Name, out var described), $"'{field.Name}' is not in {schema.GetRawText()}.");
                    AssertDescribed(field.Value, described);
                }
            }
        }
    }
}
