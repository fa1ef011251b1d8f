package shop

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Errors arrive as the types that an application looks for, with the service's words.
var failures = []step{
	{"returns ResourceNotFoundException for a table that does not exist", namesTheMissingTable},
	{"returns ResourceInUseException for a name that is taken", refusesASecondTableOfTheSameName},
	{"returns ValidationException that says what is wrong", explainsWhatIsInvalid},
}

func namesTheMissingTable(t *testing.T, shop *Shop) {
	absent := aws.String("no-such-table")
	_, err := shop.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: absent})
	refused[*types.ResourceNotFoundException](t, err, "Requested resource not found: Table: no-such-table not found")
	_, err = shop.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: absent, Key: profile})
	refused[*types.ResourceNotFoundException](t, err, "Requested resource not found")
}

func refusesASecondTableOfTheSameName(t *testing.T, shop *Shop) {
	_, err := shop.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            &shop.orders,
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{text("id")},
		KeySchema:            []types.KeySchemaElement{hash("id")},
	})
	refused[*types.ResourceInUseException](t, err, "Table already exists: "+shop.orders)
}

func explainsWhatIsInvalid(t *testing.T, shop *Shop) {
	_, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: item{"pk": s("CUSTOMER#ada")},
	})
	invalid(t, err, "The provided key element does not match the schema")
	_, err = shop.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &shop.orders, IndexName: aws.String("nope"), KeyConditionExpression: aws.String("pk = :v"),
		ExpressionAttributeValues: item{":v": s("a")},
	})
	invalid(t, err, "The table does not have the specified index: nope")
	_, err = shop.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &shop.orders, KeyConditionExpression: aws.String("sk = :v"),
		ExpressionAttributeValues: item{":v": s("a")},
	})
	invalid(t, err, "Query condition missed key schema element: pk")
	_, err = shop.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &shop.orders, Item: item{"pk": s("CUSTOMER#x"), "sk": s("ORDER#x"), "total": s("ten")},
	})
	invalid(t, err, "One or more parameter values were invalid: "+
		"Type mismatch for Index Key total Expected: N Actual: S IndexName: by_total")
}
